/* SPDX-License-Identifier: BSD-2-Clause */
/* Explains why a program that shares a program array was not loaded. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "base/error.h"
#include "load/map_reuse_internal.h"
#include "object/object_log.h"

/* Returns 0 if the kernel lets a program of this type, loaded for this attach type, use the array.
 */
static int map_reuse_try_array(struct kernel *kernel, int array, const struct attach_type *type)
{
	const struct bpf_insn calls[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = BPF_REG_2,
		  .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = array },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = type->program_type,
		.expected_attach_type = type->number,
		.name = "cgswap_probe",
		.instructions = calls,
		.instruction_count = sizeof(calls) / sizeof(calls[0]),
	};
	int fd = kernel->ops->load(kernel, &request);

	if (fd < 0)
		return fd;
	kernel->ops->close(kernel, fd);
	return 0;
}

/* Finds an attach type whose programs may use the array, of the same program type first; or NULL.
 */
static const struct attach_type *map_reuse_array_type(struct kernel *kernel, int array,
						      uint32_t program_type)
{
	const struct attach_type *type;

	for (int other = 0; other < 2; other++)
		for (size_t i = 0; (type = attach_type_at(i)); i++)
			if ((type->program_type != program_type) == other &&
			    type->number != ATTACH_LSM_CGROUP &&
			    map_reuse_try_array(kernel, array, type) == 0)
				return type;
	return NULL;
}

static enum cgswap_status map_reuse_error_array(const struct map_reuse *reuse, size_t index,
						const struct attach_type *fits)
{
	const struct load_request *request = &reuse->request;
	const char *name = reuse->maps[index].name;
	const struct attach_type *type = request->type;
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text,
		       "the kernel does not let '%s'{program_name} of '%.200s'{path} use program "
		       "array '%.100s'{map} of the old program: ",
		       bpf_program__name(reuse->program), request->path, name);
	if (fits == type)
		error_text_add(&text, "it has other cgroup storage than the array's programs");
	else if (fits && type && fits->program_type == type->program_type)
		error_text_add(&text,
			       "the array is for programs of the attach type '%s'{expected}, "
			       "not '%s'{found}",
			       fits->short_name, type->short_name);
	else if (fits)
		error_text_add(&text, "the array is for programs of the type '%s'{expected}",
			       libbpf_bpf_prog_type_str((enum bpf_prog_type)fits->program_type));
	else
		error_text_add(&text, "the array is for programs of another type");
	error_set_text(CGSWAP_CAUSE_MAP_CHANGED, EINVAL, &text);
	if (fits == type)
		error_remedy("use the old program's storage map too, or let the array "
			     "start empty (--map %.100s=new)",
			     name);
	else
		error_remedy("load a program of that type, or let the array start empty "
			     "(--map %.100s=new)",
			     name);
	return CGSWAP_E_INCOMPATIBLE;
}

/* The attach type that the program is loaded for; NULL: unknown, or not of a cgroup. */
static const struct attach_type *map_reuse_loaded_for(const struct map_reuse *reuse)
{
	const struct attach_type *type = reuse->request.type;

	return type ? type
		    : attach_type_by_number(
			      (uint32_t)bpf_program__expected_attach_type(reuse->program));
}

/* True if the verifier's log has a complaint; the kernel has none about arrays. */
static bool map_reuse_verifier_complains(void)
{
	char line[100];

	object_log_last_line(line, sizeof(line), cgswap_error_get_log(cgswap_last_error()));
	return *line && strncmp(line, "libbpf:", strlen("libbpf:")) != 0;
}

static bool map_reuse_has_new_storage(const struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->count; i++) {
		uint32_t type = reuse->views[i].spec.type;

		if ((type == BPF_MAP_TYPE_CGROUP_STORAGE ||
		     type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE) &&
		    reuse->kmaps[i].use < 0)
			return true;
	}
	return false;
}

/*
 * The attach type whose programs may use the array. A program of a few instructions has no storage:
 * where none may, although the old program has the same type, the storage is the reason.
 */
static const struct attach_type *map_reuse_fitting_type(const struct map_reuse *reuse, int array,
							const struct attach_type *type)
{
	const struct attach_type *fits = map_reuse_array_type(reuse->request.kernel, array,
							      type->program_type);
	const struct program *old = reuse->request.old;

	return !fits && old && old->info.type == type->program_type ? type : fits;
}

enum cgswap_status map_reuse_explain_load(const struct map_reuse *reuse, enum cgswap_status status)
{
	const struct attach_type *type = map_reuse_loaded_for(reuse);
	struct kernel *kernel = reuse->request.kernel;

	if (cgswap_error_get_errno(cgswap_last_error()) != EINVAL || !type)
		return status;
	for (size_t i = 0; i < reuse->count; i++) {
		int array = reuse->kmaps[i].use;

		if (!map_spec_holds_programs(&reuse->views[i].spec) || array < 0)
			continue;
		if (map_reuse_try_array(kernel, array, type) == -EINVAL)
			return map_reuse_error_array(reuse, i,
						     map_reuse_fitting_type(reuse, array, type));
		if (map_reuse_has_new_storage(reuse) && !map_reuse_verifier_complains())
			return map_reuse_error_array(reuse, i, type);
	}
	return status;
}
