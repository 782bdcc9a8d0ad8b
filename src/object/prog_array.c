/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source fills a map by __array(values, ...) with an initializer. libbpf fills all such maps of
 * an object at load, and has no call that lists the values. Like libbpf, this file reads the
 * relocations of the section .maps.
 */
#include "object/prog_array.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "base/error.h"
#include "object/btf_util.h"
#include "object/elf_check.h"
#include "object/select_program.h"

static const char MAPS_SECTION[] = ".maps";

/* Iterates over the initialized elements of all maps, in the order of the relocations. */
struct map_values {
	const struct bpf_object *object;
	const struct btf *btf;
	const struct btf_type *section; /* .maps; NULL: not described */
	Elf *elf;
	Elf_Data *relocations, *symbols;
	size_t names; /* index of the section with the symbol names */
	int next;
};

/* One element. */
struct map_value {
	struct bpf_map *map;
	uint32_t slot;
	const char *name;            /* name of its map or program */
	struct bpf_program *program; /* NULL: the map holds other values */
};

static bool map_values_section(Elf *elf, size_t index)
{
	GElf_Shdr shdr;

	return gelf_getshdr(elf_getscn(elf, index), &shdr) &&
	       strcmp(elf_check_section_name(elf, &shdr), MAPS_SECTION) == 0;
}

static struct map_values map_values_begin(const struct bpf_object *object,
					  const struct object_file *file)
{
	struct map_values values = { .object = object,
				     .btf = bpf_object__btf(object),
				     .elf = file->elf };
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;
	uint32_t id;

	while ((section = elf_nextscn(values.elf, section))) {
		if (!gelf_getshdr(section, &shdr))
			continue;
		if (shdr.sh_type == SHT_REL && map_values_section(values.elf, shdr.sh_info))
			values.relocations = elf_getdata(section, NULL);
		if (shdr.sh_type != SHT_SYMTAB)
			continue;
		values.symbols = elf_getdata(section, NULL);
		values.names = shdr.sh_link;
	}
	if (!values.relocations || !values.btf)
		return values;
	id = btf_find_section(values.btf, MAPS_SECTION);
	values.section = id ? btf__type_by_id(values.btf, id) : NULL;
	return values;
}

/* The slot of an element at this offset of the map's variable; its values are its last member. */
static uint32_t map_values_slot(const struct btf *btf, const struct btf_type *variable,
				uint64_t offset)
{
	const struct btf_type *type = btf_skip_modifiers(btf, variable->type);
	uint32_t start, count = type && btf_is_struct(type) ? btf_vlen(type) : 0;

	if (!count)
		return 0;
	start = btf_member_bit_offset(type, count - 1) / 8;
	return offset < start ? 0 : (uint32_t)((offset - start) / sizeof(uint64_t));
}

/* Finds the map whose variable covers this offset of the section .maps, and the slot in it. */
static struct bpf_map *map_values_map(const struct map_values *values, uint64_t offset,
				      uint32_t *slot)
{
	uint32_t count = values->section ? btf_vlen(values->section) : 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct btf_var_secinfo *variable = &btf_var_secinfos(values->section)[i];
		const struct btf_type *type;
		const char *name;

		if (offset < variable->offset || offset - variable->offset >= variable->size)
			continue;
		type = btf__type_by_id(values->btf, variable->type);
		name = btf__name_by_offset(values->btf, type->name_off);
		*slot = map_values_slot(values->btf, type, offset - variable->offset);
		return name ? bpf_object__find_map_by_name(values->object, name) : NULL;
	}
	return NULL;
}

/* Reads the next element of any map; false: there are no more. */
static bool map_values_next(struct map_values *values, struct map_value *out)
{
	GElf_Rel relocation;
	GElf_Sym symbol;

	while (values->relocations && values->symbols &&
	       gelf_getrel(values->relocations, values->next++, &relocation)) {
		out->map = map_values_map(values, relocation.r_offset, &out->slot);
		if (!out->map ||
		    !gelf_getsym(values->symbols, GELF_R_SYM(relocation.r_info), &symbol))
			continue;
		out->name = elf_strptr(values->elf, values->names, symbol.st_name);
		if (!out->name)
			continue;
		out->program = NULL;
		if (bpf_map__type(out->map) == BPF_MAP_TYPE_PROG_ARRAY)
			out->program = bpf_object__find_program_by_name(values->object, out->name);
		return true;
	}
	return false;
}

/* ---- preparing ------------------------------------------------------------------------------- */

/* A tail call into an empty array fails silently, so this is an error before the load. */
static enum cgswap_status prog_array_error_unpinned(const struct bpf_map *map, const char *path)
{
	error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0,
		  "program array '%.100s'{map} of '%s'{path} has initial values and is not pinned: "
		  "the kernel clears it when its last descriptor is closed, and its tail calls "
		  "then "
		  "fail",
		  bpf_map__name(map), path);
	error_remedy("pin the array by its name: __uint(pinning, LIBBPF_PIN_BY_NAME)");
	return CGSWAP_E_REJECTED;
}

static bool prog_array_has_any(const struct bpf_object *object)
{
	const struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY)
			return true;
	}
	return false;
}

enum cgswap_status prog_array_prepare(struct bpf_object *object, const struct object_file *file,
				      const char *path, const struct attach_type *type)
{
	enum cgswap_status status = CGSWAP_OK;
	struct map_values values;
	struct map_value value;

	if (!prog_array_has_any(object))
		return CGSWAP_OK;
	values = map_values_begin(object, file);
	while (!status && map_values_next(&values, &value)) {
		if (!value.program || !bpf_map__autocreate(value.map))
			continue;
		if (!bpf_map__pin_path(value.map))
			status = prog_array_error_unpinned(value.map, path);
		bpf_program__set_autoload(value.program, true);
		/* programs that tail-call each other have the same attach type */
		select_program_set_type(value.program, type);
	}
	return status;
}

/* ---- questions ------------------------------------------------------------------------------- */

void prog_array_each_value(const struct bpf_object *object, const struct object_file *file,
			   prog_array_value_fn fn, void *user)
{
	struct map_values values = map_values_begin(object, file);
	struct map_value value;

	while (map_values_next(&values, &value))
		fn(value.map, value.name, user);
}

typedef bool (*map_value_test)(const struct map_value *value, const struct map_value *wanted);

/* True if the source has an element that passes the test. */
static bool map_values_have(const struct bpf_object *object, const struct object_file *file,
			    map_value_test test, const struct map_value *wanted)
{
	struct map_values values = map_values_begin(object, file);
	struct map_value value;
	bool found = false;

	while (!found && map_values_next(&values, &value))
		found = test(&value, wanted);
	return found;
}

static bool map_value_fills(const struct map_value *value, const struct map_value *wanted)
{
	return value->program && value->map == wanted->map;
}

bool prog_array_is_filled(const struct bpf_object *object, const struct object_file *file,
			  const struct bpf_map *map)
{
	return map_values_have(object, file, map_value_fills,
			       &(struct map_value){ .map = (struct bpf_map *)map });
}

static bool map_value_fills_slot(const struct map_value *value, const struct map_value *wanted)
{
	return map_value_fills(value, wanted) && value->slot == wanted->slot;
}

bool prog_array_fills_slot(const struct bpf_object *object, const struct object_file *file,
			   const struct bpf_map *map, uint32_t slot)
{
	return map_values_have(object, file, map_value_fills_slot,
			       &(struct map_value){ .map = (struct bpf_map *)map, .slot = slot });
}

static bool map_value_is_program(const struct map_value *value, const struct map_value *wanted)
{
	return value->program == wanted->program;
}

bool prog_array_has_program(const struct bpf_object *object, const struct object_file *file,
			    const struct bpf_program *program)
{
	return map_values_have(object, file, map_value_is_program,
			       &(struct map_value){ .program = (struct bpf_program *)program });
}

static bool map_value_nests(const struct map_value *value, const struct map_value *wanted)
{
	return value->map == wanted->map && strcmp(value->name, wanted->name) == 0;
}

bool prog_array_nests_map(const struct bpf_object *object, const struct object_file *file,
			  const struct bpf_map *outer, const struct bpf_map *inner)
{
	return map_values_have(object, file, map_value_nests,
			       &(struct map_value){ .map = (struct bpf_map *)outer,
						    .name = bpf_map__name(inner) });
}
