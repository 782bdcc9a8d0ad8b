/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Program arrays. Where a loader has filled one, the source does not say with which programs, so
 * that a new array would stay empty: the new program uses the old program's array, with the
 * programs in it.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "load/map_reuse_internal.h"
#include "object/prog_array.h"

static bool map_reuse_is_array(const struct map_reuse *reuse, size_t index)
{
	return map_spec_holds_programs(&reuse->views[index].spec);
}

enum cgswap_status map_reuse_read_arrays(struct map_reuse *reuse)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++)
		if (map_reuse_is_array(reuse, i))
			status = prog_array_is_filled(&reuse->maps[i].filled, reuse->object,
						      reuse->request.file, reuse->kmaps[i].map);
	return status;
}

bool map_reuse_has_arrays(const struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->count; i++)
		if (map_reuse_is_array(reuse, i) && !reuse->maps[i].choice)
			return true;
	return false;
}

/* Finds the next slot in use, from *slot on; 0, -ENOENT if there is none, or another errno. */
static int map_reuse_next_slot(const struct map_reuse *reuse, size_t old, uint32_t *slot)
{
	struct kernel *kernel = reuse->request.kernel;
	uint32_t size = reuse->old_maps.maps[old].spec.max_entries, program;
	int err = -ENOENT;

	for (; *slot < size && err == -ENOENT; ++*slot) {
		err = kernel->ops->map_lookup(kernel, reuse->old_maps.fds[old]->fd, slot, &program);
		if (err != -ENOENT)
			break;
	}
	return err;
}

enum cgswap_status map_reuse_count_slots(struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->old_maps.count; i++) {
		struct map_view *old = &reuse->old_maps.maps[i];
		uint32_t slot = 0;
		int err;

		if (!map_spec_holds_programs(&old->spec))
			continue;
		while (!(err = map_reuse_next_slot(reuse, i, &slot))) {
			old->slots++;
			slot++;
		}
		if (err != -ENOENT)
			return error_from_errno(
				reuse->request.kernel, CAPABILITY_BY_ID, -err,
				"the slots of program array '%.100s'{map} of program "
				"%u{program_id} cannot be read",
				old->name, reuse->request.old->info.id);
	}
	return CGSWAP_OK;
}

bool map_reuse_keeps_array(const struct map_reuse *reuse, size_t index)
{
	const struct map_match *match = &reuse->matches[index];

	if (!map_reuse_is_array(reuse, index) || reuse->maps[index].filled)
		return false;
	if (match->verdict == MAP_SAME || match->verdict == MAP_INCOMPATIBLE)
		return reuse->old_maps.maps[match->old].slots > 0;
	for (size_t i = 0; match->verdict == MAP_AMBIGUOUS && i < reuse->old_maps.count; i++)
		if (reuse->old_maps.maps[i].slots)
			return true;
	return false;
}

void map_reuse_count_array(struct map_reuse *reuse, size_t index)
{
	const struct map_view *old = &reuse->old_maps.maps[reuse->matches[index].old];
	struct map_reuse_map *map = &reuse->maps[index];

	snprintf(map->counted, sizeof(map->counted), PROGRAM_MAP_SAME ": %u of its %u slots %s",
		 old->slots, old->spec.max_entries,
		 old->slots == 1 ? "runs a program of the old version"
				 : "run programs of the old version");
	map->reason = map->counted;
}

/* ---- after loading --------------------------------------------------------------------------- */

/* The source fills its array, but not all slots that are in use: a loader has filled the others. */
static enum cgswap_status map_reuse_check_filled(const struct map_reuse *reuse, size_t index)
{
	const struct load_request *request = &reuse->request;
	size_t old = reuse->matches[index].old;
	const char *name = reuse->maps[index].name;
	enum cgswap_status status = CGSWAP_OK;
	bool fills = true;
	uint32_t slot = 0;

	while (!status && fills && !map_reuse_next_slot(reuse, old, &slot)) {
		status = prog_array_fills_slot(&fills, reuse->object, request->file,
					       reuse->kmaps[index].map, slot);
		slot += fills;
	}
	if (status || fills)
		return status;
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "slot %u{position} of program array '%.100s'{map} runs a program in program "
		  "%u{program_id}, and '%.200s'{path} fills other slots only",
		  slot, name, request->old->info.id, request->path);
	error_remedy("fill the slot in the source too, or say that it may be empty (--map "
		     "%.100s=new)",
		     name);
	return CGSWAP_E_INCOMPATIBLE;
}

/* Returns the index of an old array with slots in use that the program does not use, or SIZE_MAX.
 */
static size_t map_reuse_dropped_array(const struct map_reuse *reuse, const struct program *program)
{
	const struct program_maps *olds = &reuse->old_maps;

	for (size_t i = 0; i < olds->own_count; i++)
		if (olds->maps[i].slots && !program_uses_map(program, olds->ids[i]))
			return i;
	return SIZE_MAX;
}

/* A renamed array: the new program makes tail calls, and the old one's programs would not run. */
static enum cgswap_status map_reuse_check_renamed(const struct map_reuse *reuse, size_t index,
						  const struct program *program)
{
	size_t old = map_reuse_dropped_array(reuse, program);
	const char *name = reuse->maps[index].name;
	const struct map_view *view;

	if (old == SIZE_MAX)
		return CGSWAP_OK;
	view = &reuse->old_maps.maps[old];
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "program array '%.100s'{map} of '%.200s'{path} would start empty, and "
		  "'%.100s'{candidate} (map %u{map_id}) of program %u{program_id}, with %u{count} "
		  "of %u{total} slots in use, would be dropped",
		  name, reuse->request.path, view->name, reuse->old_maps.ids[old],
		  reuse->request.old->info.id, view->slots, view->spec.max_entries);
	error_remedy("say which array it is (--map %.60s=id:%u), or that it may start empty (--map "
		     "%.60s=new)",
		     name, reuse->old_maps.ids[old], name);
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_check_arrays(const struct map_reuse *reuse,
					  const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++) {
		enum map_verdict verdict = reuse->matches[i].verdict;

		if (!map_reuse_is_array(reuse, i) || reuse->kmaps[i].use >= 0 ||
		    reuse->maps[i].choice || !program_uses_map(program, reuse->maps[i].id))
			continue;
		if (!reuse->maps[i].filled)
			status = map_reuse_check_renamed(reuse, i, program);
		else if (verdict == MAP_SAME || verdict == MAP_INCOMPATIBLE)
			status = map_reuse_check_filled(reuse, i);
	}
	return status;
}

/* ---- a failed load --------------------------------------------------------------------------- */

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
		error_remedy("use the old program's storage map too, or say that the array may "
			     "start empty (--map %.100s=new)",
			     name);
	else
		error_remedy("load a program of that type, or say that the array may start empty "
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

enum cgswap_status map_reuse_explain_load(const struct map_reuse *reuse, enum cgswap_status status)
{
	const struct attach_type *type = map_reuse_loaded_for(reuse);
	struct kernel *kernel = reuse->request.kernel;

	if (cgswap_error_get_errno(cgswap_last_error()) != EINVAL || !type)
		return status;
	for (size_t i = 0; i < reuse->count; i++) {
		int array = reuse->kmaps[i].use;

		if (!map_reuse_is_array(reuse, i) || array < 0)
			continue;
		if (map_reuse_try_array(kernel, array, type) == -EINVAL)
			return map_reuse_error_array(
				reuse, i, map_reuse_array_type(kernel, array, type->program_type));
	}
	return status;
}
