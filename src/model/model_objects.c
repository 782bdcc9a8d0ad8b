/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs and links of a modelled kernel: ids, lifetime, loading, what can be read of them. */
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

struct model_table *model_table_of(struct kernel_model *model, enum kernel_kind kind)
{
	switch (kind) {
	case KERNEL_IS_PROGRAM:
		return &model->programs;
	case KERNEL_IS_MAP:
		return &model->maps;
	default:
		return &model->links;
	}
}

struct model_object *model_object_by_id(struct kernel_model *model, enum kernel_kind kind,
					uint32_t id)
{
	const struct model_table *table = model_table_of(model, kind);

	return id && id < table->next ? table->objects[id] : NULL;
}

struct model_object *model_object_new(struct kernel_model *model, enum kernel_kind kind,
				      size_t size)
{
	struct model_table *table = model_table_of(model, kind);
	struct model_object *object;

	if (table->next >= table->capacity) {
		uint32_t capacity = table->capacity ? table->capacity * 2 : 64;
		struct model_object **objects = realloc(table->objects,
							capacity * sizeof(*objects));

		if (!objects)
			return NULL;
		memset(objects + table->capacity, 0,
		       (capacity - table->capacity) * sizeof(*objects));
		table->objects = objects;
		table->capacity = capacity;
	}
	object = calloc(1, size);
	if (!object)
		return NULL;
	object->kind = kind;
	object->holders = 1;
	object->id = table->next++;
	table->objects[object->id] = object;
	return object;
}

void model_ref(struct model_object *object)
{
	object->holders++;
}

static void free_program(struct kernel_model *model, struct model_program *program)
{
	for (uint32_t i = 0; i < program->info.map_count; i++)
		model_unref(model,
			    model_object_by_id(model, KERNEL_IS_MAP, program->info.map_ids[i]));
	model_btf_unref(program->btf);
	free(program->full_name);
}

void model_unref(struct kernel_model *model, struct model_object *object)
{
	if (--object->holders)
		return;
	model_table_of(model, object->kind)->objects[object->id] = NULL;
	if (object->kind == KERNEL_IS_LINK) {
		struct model_link *link = (struct model_link *)object;

		model_link_sever(link);
		model_unref(model, &link->program->object);
	} else if (object->kind == KERNEL_IS_PROGRAM) {
		free_program(model, (struct model_program *)object);
	} else {
		model_map_free((struct model_map *)object);
	}
	free(object);
}

int model_object_assign_id(struct kernel_model *model, struct model_object *object)
{
	int fd = model_fd_new(model, object->kind, object, NULL);

	model_unref(model, object);
	return fd;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* What was asked to be loaded, whichever way it came. */
struct candidate {
	uint32_t type, hook;
	const char *name;
	const struct bpf_insn *instructions;
	size_t count;
};

static bool is_legal_name(const char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_' && *name != '.')
			return false;
	return true;
}

/* Types that a caller without BPF may never load, and those that want NET_ADMIN besides. */
static int check_privilege(const struct kernel_model *model, const struct candidate *candidate)
{
	if (!model_may(model, KERNEL_CAP_BPF))
		return -EPERM;
	if (!candidate->count)
		return -E2BIG;
	if (candidate->type != BPF_PROG_TYPE_CGROUP_SKB && !model_may(model, KERNEL_CAP_NET_ADMIN))
		return -EPERM;
	return 0;
}

/* Types that are loaded for one hook of theirs. */
static bool has_hooks(uint32_t type)
{
	return type == BPF_PROG_TYPE_CGROUP_SKB || type == BPF_PROG_TYPE_CGROUP_SOCK ||
	       type == BPF_PROG_TYPE_CGROUP_SOCK_ADDR || type == BPF_PROG_TYPE_CGROUP_SOCKOPT;
}

static int check_hook(const struct kernel_model *model, const struct candidate *candidate)
{
	const struct attach_type *hook = attach_type_by_number(candidate->hook);

	if (candidate->type == BPF_PROG_TYPE_UNSPEC)
		return -EINVAL;
	if (!has_hooks(candidate->type))
		return 0;
	if (!hook || hook->program_type != candidate->type ||
	    !rules_knows_type(&model->rules, candidate->hook))
		return -EINVAL;
	return 0;
}

/*
 * The largest value that the program returns as a constant (mov r0, value; exit). No verifier: a
 * value that is computed is taken for 1.
 */
static int32_t largest_return(const struct candidate *candidate)
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
static void make_tag(uint8_t *tag, const struct candidate *candidate)
{
	const uint8_t *byte = (const uint8_t *)candidate->instructions;
	size_t size = candidate->count * sizeof(*candidate->instructions);
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3;
	for (size_t i = 0; i < KERNEL_TAG_SIZE; i++)
		tag[i] = (uint8_t)(hash >> (56 - 8 * i));
}

static int make_program(struct model_program **out, struct kernel_model *model,
			struct candidate *candidate)
{
	int32_t returns = largest_return(candidate);
	struct model_program *program;
	int err = check_privilege(model, candidate);

	*out = NULL;
	if (candidate->type == BPF_PROG_TYPE_CGROUP_SOCK && !candidate->hook)
		candidate->hook = BPF_CGROUP_INET_SOCK_CREATE;
	if (!err && (!is_legal_name(candidate->name) || check_hook(model, candidate)))
		err = -EINVAL;
	/* only at egress may a packet be said to be congested: 2 and 3 */
	if (!err && candidate->type == BPF_PROG_TYPE_CGROUP_SKB && returns > 1 &&
	    (candidate->hook != BPF_CGROUP_INET_EGRESS || returns > 3))
		err = -EINVAL;
	if (err)
		return err;
	program = (struct model_program *)model_object_new(model, KERNEL_IS_PROGRAM,
							   sizeof(*program));
	if (!program)
		return -ENOMEM;
	program->rules = (struct rules_program){
		.kind = RULES_PROGRAM,
		.id = program->object.id,
		.type = candidate->type,
		.hook = candidate->hook,
		.only_hook = candidate->type == BPF_PROG_TYPE_CGROUP_SKB && returns > 1,
	};
	program->info.id = program->object.id;
	program->info.type = candidate->type;
	program->info.loaded_at = time(NULL);
	program->info.uid = getuid();
	snprintf(program->info.name, sizeof(program->info.name), "%s", candidate->name);
	make_tag(program->info.tag, candidate);
	*out = program;
	return 0;
}

int model_load(struct kernel *kernel, const struct kernel_load *request)
{
	struct kernel_model *model = model_enter(kernel);
	struct candidate candidate = {
		.type = request->type,
		.hook = request->expected_attach_type,
		.name = request->name,
		.instructions = request->instructions,
		.count = request->instruction_count,
	};
	struct model_program *program;
	int err = make_program(&program, model, &candidate);

	return model_leave(model, err ? err : model_object_assign_id(model, &program->object));
}

/* The object is not verified and nothing in it runs. */
int model_load_object(struct kernel *kernel, struct bpf_object *object, struct bpf_program *program,
		      struct kernel_object_map *maps, size_t count, struct kernel_load_log *log)
{
	struct kernel_model *model = model_enter(kernel);
	struct candidate candidate = {
		.type = bpf_program__type(program),
		.hook = bpf_program__expected_attach_type(program),
		.name = bpf_program__name(program),
		.instructions = bpf_program__insns(program),
		.count = bpf_program__insn_cnt(program),
	};
	struct model_program *made;
	int fd, err;

	*log = (struct kernel_load_log){ 0 };
	for (size_t i = 0; i < count; i++)
		maps[i].made = -1;
	err = make_program(&made, model, &candidate);
	if (err)
		return model_leave(model, err);
	made->full_name = strdup(candidate.name);
	err = made->full_name ? model_load_maps(model, made, object, maps, count) : -ENOMEM;
	if (err) {
		model_unref(model, &made->object);
		return model_leave(model, err);
	}
	fd = model_object_assign_id(model, &made->object);
	if (fd < 0)
		model_unload_maps(model, maps, count);
	return model_leave(model, fd);
}

/* ---- what can be read ------------------------------------------------------------------------ */

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

int model_link_info(struct kernel *kernel, int fd, struct kernel_link *out)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_link *link = (struct model_link *)model_object_at(model, fd, KERNEL_IS_LINK);

	memset(out, 0, sizeof(*out));
	if (!link || !model_has(model, CGSWAP_FEATURE_LINK_ID))
		return model_leave(model, model_fd_at(model, fd) ? -EINVAL : -EBADF);
	*out = (struct kernel_link){
		.id = link->object.id,
		.program_id = link->program->object.id,
		.of_cgroup = true,
		.attach_type = link->type,
		.cgroup_id = link->cgroup ? link->cgroup->id : 0,
	};
	return model_leave(model, 0);
}

int model_drain(struct kernel *kernel)
{
	(void)kernel;
	return 0;
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
	/* it stands in the BTF, which is opened by its id */
	if (!model_may(model, KERNEL_CAP_SYS_ADMIN))
		return model_leave(model, -EPERM);
	snprintf(name, size, "%s", program->full_name);
	return model_leave(model, 0);
}
