/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/program_maps.h"

#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "object/map_def.h"
#include "base/error.h"
#include "kernel/capability.h"

enum { NAME_LENGTH = KERNEL_NAME_SIZE - 1 };

struct map_shape legacy_shape(const struct kernel_map *info)
{
	return (struct map_shape){ .type = info->type,
				   .key_size = info->key_size,
				   .value_size = info->value_size,
				   .max_entries = info->max_entries,
				   .flags = info->flags };
}

/* What says nothing of the BTF itself. */
static bool is_nobodys_fault(int err)
{
	return err == -EPERM || err == -EACCES || error_is_starved(err);
}

/* Fetched once. NULL in *out for id 0, and for BTF that is gone, or newer than we can read. */
static int fetch_btf(struct btf **out, struct legacy *legacy, uint32_t id)
{
	struct kernel *kernel = legacy->kernel;
	int err;

	*out = NULL;
	if (!id)
		return 0;
	for (size_t i = 0; i < legacy->btf_count; i++)
		if (legacy->btfs[i].id == id) {
			*out = legacy->btfs[i].btf;
			return 0;
		}
	err = kernel->ops->btf_by_id(kernel, id, out);
	if (is_nobodys_fault(err))
		return err;
	legacy->btfs[legacy->btf_count++] = (struct legacy_btf){ id, *out };
	return 0;
}

/* ---- names ----------------------------------------------------------------------------------- */

/*
 * Whether a map may have been declared so. Its loader may have set type, sizes and entries, but not
 * which types of the BTF key and value have.
 */
static bool may_be_declared(const struct kernel_map *info, const struct declared *declared)
{
	if (strncmp(declared->name, info->name, NAME_LENGTH) != 0)
		return false;
	return !info->btf_value_type_id || (declared->key_type == info->btf_key_type_id &&
					    declared->value_type == info->btf_value_type_id);
}

/* How many declarations it may have come from; the last one in *found. */
static size_t find_declared(struct declared *found, const struct btf *btf,
			    const struct kernel_map *info)
{
	size_t total = declared_count(btf), count = 0;
	struct declared declared;

	for (size_t i = 0; i < total; i++)
		if (declared_read(&declared, btf, i) && may_be_declared(info, &declared)) {
			*found = declared;
			count++;
		}
	return count;
}

/* What its source said of an ordinary map: its whole name, and what the maps in it are like. */
static void learn_declared(struct heir_map *map, struct map_shape *inner,
			   const struct kernel_map *info, const struct btf *btf)
{
	bool cut = strlen(info->name) == NAME_LENGTH;
	struct declared declared;
	size_t count;

	map->name = info->name;
	map->naming = cut ? MAP_NAME_CUT : MAP_NAME_WHOLE;
	if (!btf)
		return;
	count = find_declared(&declared, btf, info);
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
 * Globals are an array of one element; their section's name stands in BTF, or else behind the
 * object's in the map's own.
 */
static void learn_section(struct heir_map *map, const struct kernel_map *info,
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
	if (!name || heir_section_kind(name) == MAP_ORDINARY)
		return;
	map->name = name;
	map->kind = heir_section_kind(name);
	/* a section of a long name is cut as well; where BTF tells it, it is not */
	map->naming = map->btf || strlen(name) < NAME_LENGTH ? MAP_NAME_WHOLE : MAP_NAME_CUT;
}

/* Whoever used them last may have given them a meaning that their maker did not know. */
static void learn_user(struct heir_map *map, const struct btf *program_btf)
{
	int id;

	if (!map->btf || !program_btf || map->btf == program_btf)
		return;
	id = btf__find_by_name_kind(program_btf, map->name, BTF_KIND_DATASEC);
	if (id <= 0)
		return;
	map->user_btf = program_btf;
	map->user_section = (uint32_t)id;
}

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int learn(struct legacy *legacy, size_t index, struct btf *program_btf)
{
	struct kernel_map *info = &legacy->infos[index];
	struct heir_map *map = &legacy->maps[index];
	struct btf *btf;
	int err;

	err = legacy->kernel->ops->map_info(legacy->kernel, legacy->fds[index], info);
	if (!err)
		err = fetch_btf(&btf, legacy, info->btf_id);
	if (err)
		return err;
	map->shape = legacy_shape(info);
	learn_section(map, info, btf);
	if (map->kind == MAP_ORDINARY)
		learn_declared(map, &legacy->inners[index], info, btf ? btf : program_btf);
	else if (map->kind == MAP_GLOBALS)
		learn_user(map, program_btf);
	return 0;
}

int legacy_try(struct legacy *out, struct kernel *kernel, const struct kernel_program *program)
{
	struct btf *btf = NULL;
	int err = 0;

	memset(out, 0, sizeof(*out));
	out->kernel = kernel;
	/* in the order in which they were made: what is said of them is the same every time */
	memcpy(out->ids, program->map_ids, program->map_count * sizeof(*out->ids));
	qsort(out->ids, program->map_count, sizeof(*out->ids), by_number);
	if (program->map_count)
		err = fetch_btf(&btf, out, program->btf_id);
	for (size_t i = 0; !err && i < program->map_count; i++) {
		int fd = kernel->ops->map_by_id(kernel, out->ids[i]);

		if (fd < 0) {
			err = fd;
			break;
		}
		out->fds[i] = fd;
		out->count++;
		err = learn(out, i, btf);
	}
	if (err)
		legacy_close(out);
	return err;
}

enum cgswap_status legacy_refuse(struct kernel *kernel, const struct kernel_program *program,
				 int err)
{
	enum cgswap_status status;

	status = refuse_errno(kernel, PRIVILEGE_BY_ID, -err,
			      "the maps of program %u cannot be opened to be used on", program->id);
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN)
		error_remedy("run it with CAP_SYS_ADMIN, or let all maps start fresh (maps new)");
	return status;
}

enum cgswap_status legacy_open(struct legacy *out, struct kernel *kernel,
			       const struct kernel_program *program)
{
	int err = legacy_try(out, kernel, program);

	return err ? legacy_refuse(kernel, program, err) : CGSWAP_OK;
}

void legacy_close(struct legacy *legacy)
{
	for (size_t i = 0; i < legacy->count; i++)
		legacy->kernel->ops->close(legacy->kernel, legacy->fds[i]);
	for (size_t i = 0; i < legacy->btf_count; i++)
		btf__free(legacy->btfs[i].btf);
	memset(legacy, 0, sizeof(*legacy));
}
