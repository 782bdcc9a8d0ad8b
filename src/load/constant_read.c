/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the constants of an object from libbpf, and those of a loaded program from its maps. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "load/constant_internal.h"
#include "object/btf_util.h"

enum cgswap_status constant_side_reserve(struct constant_side *side, size_t count)
{
	/* one more: malloc() of size 0 may return NULL */
	side->sections = malloc((count + 1) * sizeof(*side->sections));
	return side->sections ? CGSWAP_OK : error_no_memory();
}

void constant_side_free(struct constant_side *side)
{
	for (size_t i = 0; side->owns_bytes && i < side->count; i++)
		free((void *)side->sections[i].bytes);
	constants_free(&side->constants);
	free(side->sections);
	*side = (struct constant_side){ 0 };
}

bool constant_section_may_be(const struct constant_section *old, const char *name)
{
	return old->cut ? strncmp(old->name, name, KERNEL_NAME_SIZE - 1) == 0
			: strcmp(old->name, name) == 0;
}

bool constant_side_has_unnamed(const struct constant_side *side)
{
	for (size_t i = 0; i < side->count; i++)
		if (!side->sections[i].named)
			return true;
	return false;
}

/* ---- an object ------------------------------------------------------------------------------- */

/*
 * Adds a map of the object, if it has constants: libbpf names it after object and section. In an
 * object without BTF, any read-only data may have them; in one with BTF, a section that the BTF
 * does not have is one of literals (".rodata.str1.1").
 */
static enum cgswap_status constant_read_map(struct constant_side *side, const struct btf *btf,
					    const struct bpf_map *map, size_t index)
{
	struct constant_section *section = &side->sections[side->count];
	uint32_t id;

	*section = (struct constant_section){ .index = index };
	if (!bpf_map__is_internal(map))
		return CGSWAP_OK;
	section->name = strchr(bpf_map__name(map), '.');
	if (!section->name || !constants_are_in(section->name))
		return CGSWAP_OK;
	section->bytes = bpf_map__initial_value((struct bpf_map *)map, &section->size);
	id = btf ? btf_find_section(btf, section->name) : 0;
	if (!section->bytes || (btf && !id))
		return CGSWAP_OK;
	section->named = btf;
	if (!btf)
		side->count++;
	else if (constants_add(&side->constants, btf, id, section->bytes, section->size,
			       side->count++))
		return error_no_memory();
	return CGSWAP_OK;
}

enum cgswap_status constant_read_new(struct constant_side *out, const struct map_reuse *reuse)
{
	const struct btf *btf = bpf_object__btf(reuse->object);
	enum cgswap_status status = constant_side_reserve(out, reuse->count);

	for (size_t i = 0; i < reuse->count && !status; i++)
		status = constant_read_map(out, btf, reuse->kmaps[i].map, i);
	return status;
}

enum cgswap_status constant_read_object(struct constant_side *out, struct bpf_object *object)
{
	const struct btf *btf = bpf_object__btf(object);
	enum cgswap_status status;
	struct bpf_map *map;
	size_t count = 0;

	bpf_object__for_each_map(map, object) count++;
	status = constant_side_reserve(out, count);
	bpf_object__for_each_map(map, object) if (!status)
		status = constant_read_map(out, btf, map, 0);
	return status;
}

/* ---- a loaded program ------------------------------------------------------------------------ */

/* The BTF that a program was loaded with; NULL: none, or it cannot be read. */
static const struct btf *constant_program_btf(const struct program *program,
					      const struct program_maps *maps)
{
	for (size_t i = 0; program->info.btf_id && i < maps->btf_count; i++)
		if (maps->btfs[i].id == program->info.btf_id)
			return maps->btfs[i].btf;
	return NULL;
}

/*
 * True if a map without BTF may have constants. BTF of the program that has sections, but not this
 * one, tells that there are only literals in it; some loaders leave out all sections.
 */
static bool constant_may_be_in(const struct btf *btf, const struct constant_section *section)
{
	bool has_sections = false;

	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!btf_is_datasec(type))
			continue;
		has_sections = true;
		if (constant_section_may_be(section, btf_name(btf, type->name_off)))
			return true;
	}
	return !has_sections;
}

static bool constant_side_has_map(const struct constant_side *side, uint32_t id)
{
	for (size_t i = 0; i < side->count; i++)
		if (side->sections[i].map_id == id)
			return true;
	return false;
}

/* Adds one map. Without BTF its name in the kernel has that of the section. */
static int constant_read_kernel_map(struct constant_side *side, const struct program *old,
				    const struct program_maps *maps, size_t index)
{
	const struct map_view *view = &maps->maps[index];
	struct kernel *kernel = maps->kernel;
	struct constant_section *section = &side->sections[side->count];
	const uint32_t key = 0;
	unsigned char *bytes;
	int err;

	if (view->kind != MAP_READ_ONLY || !constants_are_in(view->name) ||
	    constant_side_has_map(side, maps->ids[index]))
		return 0;
	*section = (struct constant_section){ .name = view->name,
					      .size = view->spec.value_size,
					      .named = view->btf,
					      .cut = view->naming == MAP_NAME_CUT,
					      .map_id = maps->ids[index],
					      .program = old };
	if (!view->btf && !constant_may_be_in(constant_program_btf(old, maps), section))
		return 0;
	bytes = calloc(1, view->spec.value_size ? view->spec.value_size : 1);
	if (!bytes)
		return -ENOMEM;
	err = kernel->ops->map_lookup(kernel, maps->fds[index]->fd, &key, bytes);
	if (err) {
		free(bytes);
		side->unreadable |= !error_is_exhaustion(err);
		return error_is_exhaustion(err) ? err : 0;
	}
	section->bytes = bytes;
	side->count++;
	if (!view->btf)
		return 0;
	return constants_add(&side->constants, view->btf, view->section, bytes, section->size,
			     side->count - 1);
}

static int constant_read_kernel_maps(struct constant_side *out, const struct program *old,
				     const struct program_maps *maps)
{
	int err = 0;

	for (size_t i = 0; i < maps->count && !err; i++)
		err = constant_read_kernel_map(out, old, maps, i);
	return err;
}

/* A section that the program itself has is not read from another one. */
static bool constant_side_has(const struct constant_side *side, const struct map_view *view)
{
	for (size_t i = 0; i < side->count; i++)
		if (constant_section_may_be(&side->sections[i], view->name))
			return true;
	return false;
}

static int constant_read_slot_program(struct constant_side *side, const struct map_reuse *reuse,
				      const struct program *program)
{
	const struct program_maps *maps = &reuse->old_maps;
	size_t size = (side->count + program->info.map_count + 1) * sizeof(*side->sections);
	struct constant_section *sections = realloc(side->sections, size);
	int err = 0;

	if (!sections)
		return -ENOMEM;
	side->sections = sections;
	for (size_t i = 0; i < maps->count && !err; i++)
		if (maps->owners[i] == program->info.id && !constant_side_has(side, &maps->maps[i]))
			err = constant_read_kernel_map(side, program, maps, i);
	return err;
}

enum cgswap_status constant_read_slots(struct constant_side *side, const struct map_reuse *reuse)
{
	int err = 0;

	side->owns_bytes |= reuse->slot_program_count;
	for (size_t i = 0; i < reuse->slot_program_count && !err; i++)
		err = constant_read_slot_program(side, reuse, reuse->slot_programs[i]);
	if (err)
		return error_from_errno(reuse->request.kernel, CAPABILITY_BY_ID, -err,
					"the constants of the programs in the program arrays of "
					"program %u{program_id} cannot be read",
					reuse->request.old->info.id);
	return CGSWAP_OK;
}

enum cgswap_status constant_read_program(struct constant_side *out, const struct program *old,
					 const struct program_maps *maps)
{
	int err;

	if (!old->info.map_count)
		return CGSWAP_OK;
	out->owns_bytes = true;
	if (maps->count != old->info.map_count) {
		out->unreadable = true;
		return CGSWAP_OK;
	}
	err = constant_read_kernel_maps(out, old, maps);
	if (err)
		return error_from_errno(old->kernel, CAPABILITY_BY_ID, -err,
					"the constants of program %u{program_id} cannot be read",
					old->info.id);
	return CGSWAP_OK;
}
