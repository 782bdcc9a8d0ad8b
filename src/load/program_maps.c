/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/program_maps.h"

#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "object/btf_util.h"
#include "object/map_def.h"
#include "base/error.h"
#include "kernel/errno_error.h"
#include "kernel/capability.h"
#include "kernel/policy.h"

enum { NAME_LENGTH = KERNEL_NAME_SIZE - 1 };

/* True if BTF was not opened for lack of privilege, memory or descriptors. */
static bool program_maps_is_access_error(struct kernel *kernel, int err)
{
	return policy_may_deny(kernel, err) || error_is_exhaustion(err);
}

/* Fetches each BTF once. *out is NULL for id 0, and for BTF that is gone or unreadable. */
static int program_maps_fetch_btf(struct btf **out, struct program_maps *program_maps, uint32_t id)
{
	struct kernel *kernel = program_maps->kernel;
	int err;

	*out = NULL;
	if (!id)
		return 0;
	for (size_t i = 0; i < program_maps->btf_count; i++)
		if (program_maps->btfs[i].id == id) {
			*out = program_maps->btfs[i].btf;
			return 0;
		}
	if (program_maps->btf_count == sizeof(program_maps->btfs) / sizeof(*program_maps->btfs))
		return -E2BIG;
	err = btf_memo_take(out, program_maps->memo, kernel, id);
	if (program_maps_is_access_error(kernel, err))
		return err;
	program_maps->btfs[program_maps->btf_count++] = (struct program_maps_btf){
		.id = id, .btf = *out, .defs = *out ? map_defs_of(*out) : (struct map_defs){ 0 }
	};
	return 0;
}

/* The declarations of a BTF that was fetched. */
static struct map_defs program_maps_defs(const struct program_maps *program_maps,
					 const struct btf *btf)
{
	for (size_t i = 0; btf && i < program_maps->btf_count; i++)
		if (program_maps->btfs[i].btf == btf)
			return program_maps->btfs[i].defs;
	return (struct map_defs){ 0 };
}

/* ---- names ----------------------------------------------------------------------------------- */

/*
 * True if a map may come from a declaration. The loader may have set other sizes, but not other BTF
 * types of key and value.
 */
static bool program_maps_may_be(const struct kernel_map *info, const struct map_def *declared)
{
	if (strncmp(declared->name, info->name, NAME_LENGTH) != 0)
		return false;
	return !info->btf_value_type_id || (declared->key_type == info->btf_key_type_id &&
					    declared->value_type == info->btf_value_type_id);
}

/* Returns the number of declarations that a map may come from; *found is the last one. */
static size_t program_maps_find_def(struct map_def *found, const struct map_defs *all,
				    const struct kernel_map *info)
{
	struct map_def declared;
	size_t count = 0;

	for (size_t i = 0; i < map_def_count(all); i++)
		if (strncmp(map_def_name(all, i), info->name, NAME_LENGTH) == 0 &&
		    map_def_read(&declared, all, i) && program_maps_may_be(info, &declared)) {
			*found = declared;
			count++;
		}
	return count;
}

/* The declaration of an ordinary map has its full name, and describes the inner maps. */
static void program_maps_read_def(struct map_view *map, struct map_spec *inner,
				  const struct kernel_map *info, const struct map_defs *all)
{
	bool cut = strlen(info->name) == NAME_LENGTH;
	struct map_def declared;
	size_t count;

	map->name = info->name;
	map->naming = cut ? MAP_NAME_CUT : MAP_NAME_WHOLE;
	if (!cut && !map_spec_holds_maps(&map->spec))
		return;
	count = program_maps_find_def(&declared, all, info);
	if (count > 1 && cut)
		map->naming = MAP_NAME_SHARED;
	if (count != 1)
		return;
	map->name = declared.name;
	map->naming = MAP_NAME_WHOLE;
	if (declared.has_inner) {
		*inner = declared.inner;
		map->inner = inner;
	}
}

/* ---- globals --------------------------------------------------------------------------------- */

/*
 * Globals are an array of one element. BTF has the name of their section; without BTF, the name of
 * the map has it after the object's name.
 */
static void program_maps_read_section(struct map_view *map, const struct kernel_map *info,
				      const struct btf *btf)
{
	const struct btf_type *type = NULL;
	const char *name = strchr(info->name, '.');

	if (info->type != BPF_MAP_TYPE_ARRAY || info->max_entries != 1)
		return;
	if (btf && !info->btf_key_type_id)
		type = btf__type_by_id(btf, info->btf_value_type_id);
	if (type && btf_is_datasec(type)) {
		name = btf__name_by_offset(btf, type->name_off);
		map->btf = btf;
		map->section = info->btf_value_type_id;
	}
	if (!name || map_section_kind(name) == MAP_ORDINARY)
		return;
	map->name = name;
	map->kind = map_section_kind(name);
	/* the name of the map may be cut; the name in BTF is not */
	map->naming = map->btf || strlen(name) < NAME_LENGTH ? MAP_NAME_WHOLE : MAP_NAME_CUT;
}

/* A program that reused the globals of another program may have added variables. */
static void program_maps_read_user_section(struct map_view *map, const struct btf *program_btf)
{
	uint32_t id;

	if (!map->btf || !program_btf || map->btf == program_btf)
		return;
	id = btf_find_section(program_btf, map->name);
	if (!id)
		return;
	map->user_btf = program_btf;
	map->user_section = id;
}

/* ---- opening -------------------------------------------------------------------------------- */

static int program_maps_read_one(struct program_maps *program_maps, size_t index,
				 struct btf *program_btf)
{
	const struct kernel_map *info = &program_maps->fds[index]->info;
	struct map_view *map = &program_maps->maps[index];
	struct map_defs defs;
	struct btf *btf;
	int err = program_maps_fetch_btf(&btf, program_maps, info->btf_id);

	if (err)
		return err;
	*map = (struct map_view){ .spec = map_spec_of_kernel_map(info) };
	program_maps_read_section(map, info, btf);
	defs = program_maps_defs(program_maps, btf ? btf : program_btf);
	if (map->kind == MAP_ORDINARY)
		program_maps_read_def(map, &program_maps->inners[index], info, &defs);
	if (map->kind == MAP_ORDINARY && info->btf_value_type_id) {
		map->types = btf;
		map->key_type = info->btf_key_type_id;
		map->value_type = info->btf_value_type_id;
	}
	if (map->kind == MAP_GLOBALS)
		program_maps_read_user_section(map, program_btf);
	return 0;
}

/* Ascending ids, so that messages are reproducible. Returns the number of maps with lower ids. */
static size_t program_maps_rank(const struct kernel_program *info, size_t index)
{
	size_t rank = 0;

	for (size_t i = 0; i < info->map_count; i++)
		rank += info->map_ids[i] < info->map_ids[index];
	return rank;
}

/* The arrays have no elements yet. */
void program_maps_begin(struct program_maps *out)
{
	out->kernel = NULL;
	out->memo = NULL;
	out->count = out->own_count = out->btf_count = 0;
}

int program_maps_try_open(struct program_maps *out, const struct program *program,
			  struct btf_memo *memo)
{
	const struct kernel_program *info = &program->info;
	struct btf *btf = NULL;
	int err = 0;

	program_maps_begin(out);
	out->kernel = program->kernel;
	out->memo = memo;
	out->count = out->own_count = info->map_count;
	for (size_t i = 0; i < info->map_count && !err; i++) {
		size_t rank = program_maps_rank(info, i);

		out->ids[rank] = info->map_ids[i];
		out->owners[rank] = info->id;
		err = program_open_map(&out->fds[rank], program, i);
	}
	if (!err && info->map_count)
		err = program_maps_fetch_btf(&btf, out, info->btf_id);
	for (size_t i = 0; i < info->map_count && !err; i++)
		err = program_maps_read_one(out, i, btf);
	if (err)
		program_maps_close(out);
	return err;
}

static bool program_maps_have(const struct program_maps *program_maps, uint32_t id)
{
	for (size_t i = 0; i < program_maps->count; i++)
		if (program_maps->ids[i] == id)
			return true;
	return false;
}

static int program_maps_add_one(struct program_maps *out, const struct program *program,
				size_t index, struct btf *btf)
{
	size_t at = out->count;
	int err;

	if (program_maps_have(out, program->info.map_ids[index]))
		return 0;
	if (at == PROGRAM_MAPS_MAX)
		return -E2BIG;
	err = program_open_map(&out->fds[at], program, index);
	if (err)
		return err;
	out->ids[at] = program->info.map_ids[index];
	out->owners[at] = program->info.id;
	err = program_maps_read_one(out, at, btf);
	if (!err)
		out->count++;
	return err;
}

/* True if one of the first maps has the name of another one, as far as it is known. */
static bool program_maps_are_named(const struct program_maps *program_maps, size_t first,
				   const struct map_view *other)
{
	for (size_t i = 0; i < first; i++) {
		const struct map_view *map = &program_maps->maps[i];
		bool whole = map->naming == MAP_NAME_WHOLE && other->naming == MAP_NAME_WHOLE;

		if (map->kind == other->kind &&
		    (whole ? strcmp(map->name, other->name) == 0
			   : strncmp(map->name, other->name, NAME_LENGTH) == 0))
			return true;
	}
	return false;
}

/* Adds the maps that are not there yet, and have the name of none of the first maps. */
static enum cgswap_status program_maps_add_all(struct program_maps *out,
					       const struct program *program, size_t first)
{
	const struct kernel_program *info = &program->info;
	struct btf *btf = NULL;
	int err = info->map_count ? program_maps_fetch_btf(&btf, out, info->btf_id) : 0;

	for (size_t i = 0; i < info->map_count && !err; i++) {
		size_t count = out->count;

		err = program_maps_add_one(out, program, i, btf);
		if (out->count > count && program_maps_are_named(out, first, &out->maps[count]))
			out->count = count;
	}
	return err ? program_maps_error(program, err) : CGSWAP_OK;
}

enum cgswap_status program_maps_add(struct program_maps *out, const struct program *program)
{
	return program_maps_add_all(out, program, 0);
}

enum cgswap_status program_maps_add_named(struct program_maps *out, const struct program *program)
{
	return program_maps_add_all(out, program, out->count);
}

enum cgswap_status program_maps_error(const struct program *program, int err)
{
	enum cgswap_status status;

	if (err == -E2BIG) {
		error_set(
			CGSWAP_CAUSE_MAP_CHANGED, 0,
			"the maps of program %u{program_id} cannot be reused: with those of the "
			"other old programs, and of the programs in their program arrays, they are "
			"more than %d{expected}",
			program->info.id, PROGRAM_MAPS_MAX);
		error_remedy("replace fewer programs at once (--only NAME)");
		return CGSWAP_E_INCOMPATIBLE;
	}
	status = error_from_errno(program->kernel, CAPABILITY_BY_ID, -err,
				  "the maps of program %u{program_id} cannot be opened for reuse",
				  program->info.id);
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN)
		error_remedy("run the command with CAP_SYS_ADMIN, or use new maps (--maps new)");
	return status;
}

enum cgswap_status program_maps_open(struct program_maps *out, const struct program *program,
				     struct btf_memo *memo)
{
	int err = program_maps_try_open(out, program, memo);

	return err ? program_maps_error(program, err) : CGSWAP_OK;
}

void program_maps_close(struct program_maps *program_maps)
{
	/* the program's own was read first, and is to be found first */
	while (program_maps->btf_count > 0)
		btf_memo_put(program_maps->memo, program_maps->btfs[--program_maps->btf_count].btf);
	program_maps_begin(program_maps);
}
