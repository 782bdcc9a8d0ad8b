/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of a simulated kernel: load and info. */
#include <bpf/libbpf.h>
#include <ctype.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/attach_type.h"
#include "model/model_internal.h"

static void model_program_free(struct kernel_model *model, struct model_object *object)
{
	struct model_program *program = (struct model_program *)object;

	for (uint32_t i = 0; i < program->info.map_count; i++)
		model_unref(model,
			    model_object_by_id(model, KERNEL_IS_MAP, program->info.map_ids[i]));
	model_btf_unref(program->btf);
	free(program->full_name);
}

/* A program to load, given as instructions or by an object. */
struct model_candidate {
	uint32_t type, attach_type;
	const char *name;
	const struct bpf_insn *instructions;
	size_t count;
};

static bool model_is_legal_name(const char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_' && *name != '.')
			return false;
	return true;
}

/* A load needs CAP_BPF, and for all types but cgroup_skb also CAP_NET_ADMIN. */
static int model_check_privilege(const struct kernel_model *model,
				 const struct model_candidate *candidate)
{
	if (!model_may(model, KERNEL_CAP_BPF))
		return -EPERM;
	if (!candidate->count)
		return -E2BIG;
	if (candidate->type != BPF_PROG_TYPE_CGROUP_SKB && !model_may(model, KERNEL_CAP_NET_ADMIN))
		return -EPERM;
	return 0;
}

/* True for program types that are loaded for a single attach type. */
static bool model_has_attach_types(uint32_t type)
{
	return type == BPF_PROG_TYPE_CGROUP_SKB || type == BPF_PROG_TYPE_CGROUP_SOCK ||
	       type == BPF_PROG_TYPE_CGROUP_SOCK_ADDR || type == BPF_PROG_TYPE_CGROUP_SOCKOPT;
}

static int model_check_attach_type(const struct kernel_model *model,
				   const struct model_candidate *candidate)
{
	const struct attach_type *type = attach_type_by_number(candidate->attach_type);

	if (candidate->type == BPF_PROG_TYPE_UNSPEC)
		return -EINVAL;
	if (!model_has_attach_types(candidate->type))
		return 0;
	if (!type || type->program_type != candidate->type ||
	    !rules_knows_type(&model->rules, candidate->attach_type))
		return -EINVAL;
	return 0;
}

/*
 * The largest value that the program returns as a constant (mov r0, value; exit). The model has no
 * verifier: a computed value counts as 1.
 */
static int32_t model_largest_return(const struct model_candidate *candidate)
{
	const struct bpf_insn *at = candidate->instructions;
	int32_t largest = 0;

	for (size_t i = 0; i + 1 < candidate->count; i++, at++) {
		bool moves = (at->code == (BPF_ALU64 | BPF_MOV | BPF_K) ||
			      at->code == (BPF_ALU | BPF_MOV | BPF_K)) &&
			     at->dst_reg == BPF_REG_0;

		if (moves && at[1].code == (BPF_JMP | BPF_EXIT) && at->imm > largest)
			largest = at->imm;
	}
	return largest;
}

/* The same instructions have the same tag (FNV-1a). */
static void model_make_tag(uint8_t *tag, const struct model_candidate *candidate)
{
	const uint8_t *byte = (const uint8_t *)candidate->instructions;
	size_t size = candidate->count * sizeof(*candidate->instructions);
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3;
	for (size_t i = 0; i < KERNEL_TAG_SIZE; i++)
		tag[i] = (uint8_t)(hash >> (56 - 8 * i));
}

static int model_program_new(struct model_program **out, struct kernel_model *model,
			     struct model_candidate *candidate)
{
	int32_t returns = model_largest_return(candidate);
	struct model_program *program;
	int err = model_check_privilege(model, candidate);

	*out = NULL;
	if (candidate->type == BPF_PROG_TYPE_CGROUP_SOCK && !candidate->attach_type)
		candidate->attach_type = BPF_CGROUP_INET_SOCK_CREATE;
	if (!err &&
	    (!model_is_legal_name(candidate->name) || model_check_attach_type(model, candidate)))
		err = -EINVAL;
	/* only egress programs may return 2 and 3 (congestion) */
	if (!err && candidate->type == BPF_PROG_TYPE_CGROUP_SKB && returns > 1 &&
	    (candidate->attach_type != BPF_CGROUP_INET_EGRESS || returns > 3))
		err = -EINVAL;
	if (err)
		return err;
	program = (struct model_program *)model_object_new(model, KERNEL_IS_PROGRAM,
							   sizeof(*program), model_program_free);
	if (!program)
		return -ENOMEM;
	program->rules = (struct rules_program){
		.kind = RULES_PROGRAM,
		.id = program->object.id,
		.type = candidate->type,
		.attach_type = candidate->attach_type,
		.only_own_type = candidate->type == BPF_PROG_TYPE_CGROUP_SKB && returns > 1,
	};
	program->info.id = program->object.id;
	program->info.type = candidate->type;
	program->info.loaded_at = time(NULL);
	program->info.uid = getuid();
	snprintf(program->info.name, sizeof(program->info.name), "%s", candidate->name);
	model_make_tag(program->info.tag, candidate);
	*out = program;
	return 0;
}

int model_load(struct kernel *kernel, const struct kernel_load *request)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_candidate candidate = {
		.type = request->type,
		.attach_type = request->expected_attach_type,
		.name = request->name,
		.instructions = request->instructions,
		.count = request->instruction_count,
	};
	struct model_program *program;
	int err = model_program_new(&program, model, &candidate);

	return model_leave(model, err ? err : model_fd_of_new(model, &program->object));
}

/* Neither verifies the object nor runs its programs. */
int model_load_object(struct kernel *kernel, struct bpf_object *object, struct bpf_program *program,
		      struct kernel_object_map *maps, size_t count, struct kernel_load_log *log)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_candidate candidate = {
		.type = bpf_program__type(program),
		.attach_type = bpf_program__expected_attach_type(program),
		.name = bpf_program__name(program),
		.instructions = bpf_program__insns(program),
		.count = bpf_program__insn_cnt(program),
	};
	struct model_program *made;
	int fd, err;

	*log = (struct kernel_load_log){ 0 };
	for (size_t i = 0; i < count; i++)
		maps[i].made = -1;
	err = model_program_new(&made, model, &candidate);
	if (err)
		return model_leave(model, err);
	made->full_name = strdup(candidate.name);
	err = made->full_name ? model_load_maps(model, made, object, maps, count) : -ENOMEM;
	if (err) {
		model_unref(model, &made->object);
		return model_leave(model, err);
	}
	fd = model_fd_of_new(model, &made->object);
	if (fd < 0)
		model_unload_maps(model, maps, count);
	return model_leave(model, fd);
}

/* ---- info -------------------------------------------------------------------------------------
 */

int model_program_info(struct kernel *kernel, int fd, struct kernel_program *out)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_object *object = model_object_at(model, fd, KERNEL_IS_PROGRAM);

	memset(out, 0, sizeof(*out));
	if (!object)
		return model_leave(model, model_fd_at(model, fd) ? -EINVAL : -EBADF);
	*out = ((struct model_program *)object)->info;
	return model_leave(model, 0);
}

int model_program_full_name(struct kernel *kernel, int fd, char *name, size_t size)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_object *object = model_object_at(model, fd, KERNEL_IS_PROGRAM);
	const struct model_program *program = (struct model_program *)object;

	if (!program)
		return model_leave(model, model_fd_at(model, fd) ? -EINVAL : -EBADF);
	if (!program->full_name)
		return model_leave(model, -ENOENT);
	/* the name is in the BTF, which must be opened by id */
	if (!model_may(model, KERNEL_CAP_SYS_ADMIN))
		return model_leave(model, -EPERM);
	snprintf(name, size, "%s", program->full_name);
	return model_leave(model, 0);
}
