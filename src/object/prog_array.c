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
	Elf *elf;
	Elf_Data *relocations, *symbols;
	size_t names; /* index of the section with the symbol names */
	int next;
	uint32_t slot; /* the index of the element that was read last */
};

static bool map_values_section(Elf *elf, size_t index)
{
	GElf_Shdr shdr;

	return gelf_getshdr(elf_getscn(elf, index), &shdr) &&
	       strcmp(elf_check_section_name(elf, &shdr), MAPS_SECTION) == 0;
}

/* Returns false without memory. */
static bool map_values_begin(struct map_values *values, const struct bpf_object *object,
			     const struct object_file *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	*values = (struct map_values){ .object = object, .elf = elf_check_open(file) };
	if (!values->elf)
		return false;
	while ((section = elf_nextscn(values->elf, section))) {
		if (!gelf_getshdr(section, &shdr))
			continue;
		if (shdr.sh_type == SHT_REL && map_values_section(values->elf, shdr.sh_info))
			values->relocations = elf_getdata(section, NULL);
		if (shdr.sh_type != SHT_SYMTAB)
			continue;
		values->symbols = elf_getdata(section, NULL);
		values->names = shdr.sh_link;
	}
	return true;
}

static void map_values_end(struct map_values *values)
{
	elf_end(values->elf);
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

/* Finds the map whose variable covers this offset of the section .maps; sets values->slot too. */
static struct bpf_map *map_values_map(struct map_values *values, uint64_t offset)
{
	const struct bpf_object *object = values->object;
	const struct btf *btf = bpf_object__btf(object);
	int id = btf ? btf__find_by_name_kind(btf, MAPS_SECTION, BTF_KIND_DATASEC) : -1;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, id) : NULL;
	uint32_t count = type ? btf_vlen(type) : 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct btf_var_secinfo *variable = &btf_var_secinfos(type)[i];
		const char *name;

		if (offset < variable->offset || offset - variable->offset >= variable->size)
			continue;
		type = btf__type_by_id(btf, variable->type);
		name = btf__name_by_offset(btf, type->name_off);
		values->slot = map_values_slot(btf, type, offset - variable->offset);
		return name ? bpf_object__find_map_by_name(object, name) : NULL;
	}
	return NULL;
}

/*
 * Reads the next element of any map, and the name of its map or program; false: there are no more.
 */
static bool map_values_next(struct map_values *values, struct bpf_map **map, const char **name)
{
	GElf_Rel relocation;
	GElf_Sym symbol;

	while (values->relocations && values->symbols &&
	       gelf_getrel(values->relocations, values->next++, &relocation)) {
		*map = map_values_map(values, relocation.r_offset);
		if (!*map || !gelf_getsym(values->symbols, GELF_R_SYM(relocation.r_info), &symbol))
			continue;
		*name = elf_strptr(values->elf, values->names, symbol.st_name);
		if (*name)
			return true;
	}
	return false;
}

/* Reads the next element of a program array. */
static bool map_values_next_program(struct map_values *values, struct bpf_map **map,
				    struct bpf_program **program)
{
	const char *name;

	while (map_values_next(values, map, &name)) {
		if (bpf_map__type(*map) != BPF_MAP_TYPE_PROG_ARRAY)
			continue;
		*program = bpf_object__find_program_by_name(values->object, name);
		if (*program)
			return true;
	}
	return false;
}

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
	struct bpf_program *program;
	struct bpf_map *map;
	struct map_values values;

	if (!prog_array_has_any(object))
		return CGSWAP_OK;
	if (!map_values_begin(&values, object, file))
		return error_no_memory();
	while (!status && map_values_next_program(&values, &map, &program)) {
		if (!bpf_map__pin_path(map))
			status = prog_array_error_unpinned(map, path);
		bpf_program__set_autoload(program, true);
		/* programs that tail-call each other have the same attach type */
		select_program_set_type(program, type);
	}
	map_values_end(&values);
	return status;
}

enum cgswap_status prog_array_each_value(const struct bpf_object *object,
					 const struct object_file *file, prog_array_value_fn fn,
					 void *user)
{
	struct map_values values;
	struct bpf_map *map;
	const char *name;

	if (!map_values_begin(&values, object, file))
		return error_no_memory();
	while (map_values_next(&values, &map, &name))
		fn(map, name, user);
	map_values_end(&values);
	return CGSWAP_OK;
}

enum cgswap_status prog_array_is_filled(bool *out, const struct bpf_object *object,
					const struct object_file *file, const struct bpf_map *map)
{
	struct bpf_program *program;
	struct bpf_map *filled;
	struct map_values values;

	*out = false;
	if (!map_values_begin(&values, object, file))
		return error_no_memory();
	while (!*out && map_values_next_program(&values, &filled, &program))
		*out = filled == map;
	map_values_end(&values);
	return CGSWAP_OK;
}

enum cgswap_status prog_array_fills_slot(bool *out, const struct bpf_object *object,
					 const struct object_file *file, const struct bpf_map *map,
					 uint32_t slot)
{
	struct bpf_program *program;
	struct bpf_map *filled;
	struct map_values values;

	*out = false;
	if (!map_values_begin(&values, object, file))
		return error_no_memory();
	while (!*out && map_values_next_program(&values, &filled, &program))
		*out = filled == map && values.slot == slot;
	map_values_end(&values);
	return CGSWAP_OK;
}

enum cgswap_status prog_array_has_program(bool *out, struct bpf_object *object,
					  const struct object_file *file,
					  const struct bpf_program *program)
{
	struct bpf_program *held;
	struct map_values values;
	struct bpf_map *map;

	*out = false;
	if (!map_values_begin(&values, object, file))
		return error_no_memory();
	while (!*out && map_values_next_program(&values, &map, &held))
		*out = held == program;
	map_values_end(&values);
	return CGSWAP_OK;
}

enum cgswap_status prog_array_nests_map(bool *out, const struct bpf_object *object,
					const struct object_file *file, const struct bpf_map *outer,
					const struct bpf_map *inner)
{
	struct bpf_map *map;
	struct map_values values;
	const char *name;

	*out = false;
	if (!map_values_begin(&values, object, file))
		return error_no_memory();
	while (!*out && map_values_next(&values, &map, &name))
		*out = map == outer && strcmp(name, bpf_map__name(inner)) == 0;
	map_values_end(&values);
	return CGSWAP_OK;
}
