/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source fills a map by __array(values, ...) with an initializer. libbpf fills all such maps of
 * an object when it loads it, and has no call that tells what goes where: like libbpf, this reads
 * the relocations of the section .maps.
 */
#include "object/prog_array.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "base/error.h"
#include "object/elf_check.h"
#include "object/select_program.h"

static const char MAPS_SECTION[] = ".maps";

/* Reads the filled slots of all maps of an object, in the order of the relocations. */
struct map_slots {
	const struct bpf_object *object;
	Elf *elf;
	Elf_Data *relocations, *symbols;
	size_t names; /* the section with the names of the symbols */
	int next;
};

static bool map_slots_section(Elf *elf, size_t index)
{
	GElf_Shdr shdr;

	return gelf_getshdr(elf_getscn(elf, index), &shdr) &&
	       strcmp(elf_check_section_name(elf, &shdr), MAPS_SECTION) == 0;
}

/* False if there is no memory. */
static bool map_slots_begin(struct map_slots *slots, const struct bpf_object *object,
			    const struct object_file *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	*slots = (struct map_slots){ .object = object, .elf = elf_check_open(file) };
	if (!slots->elf)
		return false;
	while ((section = elf_nextscn(slots->elf, section))) {
		if (!gelf_getshdr(section, &shdr))
			continue;
		if (shdr.sh_type == SHT_REL && map_slots_section(slots->elf, shdr.sh_info))
			slots->relocations = elf_getdata(section, NULL);
		if (shdr.sh_type != SHT_SYMTAB)
			continue;
		slots->symbols = elf_getdata(section, NULL);
		slots->names = shdr.sh_link;
	}
	return true;
}

static void map_slots_end(struct map_slots *slots)
{
	elf_end(slots->elf);
}

/* The map whose variable covers this offset of the section .maps. */
static struct bpf_map *map_slots_map(const struct bpf_object *object, uint64_t offset)
{
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
		return name ? bpf_object__find_map_by_name(object, name) : NULL;
	}
	return NULL;
}

/* The next slot of any map, and the name of the map or program in it; false: there are no more. */
static bool map_slots_next(struct map_slots *slots, struct bpf_map **map, const char **name)
{
	GElf_Rel relocation;
	GElf_Sym symbol;

	while (slots->relocations && slots->symbols &&
	       gelf_getrel(slots->relocations, slots->next++, &relocation)) {
		*map = map_slots_map(slots->object, relocation.r_offset);
		if (!*map || !gelf_getsym(slots->symbols, GELF_R_SYM(relocation.r_info), &symbol))
			continue;
		*name = elf_strptr(slots->elf, slots->names, symbol.st_name);
		if (*name)
			return true;
	}
	return false;
}

/* The next slot of a program array. */
static bool map_slots_next_program(struct map_slots *slots, struct bpf_map **map,
				   struct bpf_program **program)
{
	const char *name;

	while (map_slots_next(slots, map, &name)) {
		if (bpf_map__type(*map) != BPF_MAP_TYPE_PROG_ARRAY)
			continue;
		*program = bpf_object__find_program_by_name(slots->object, name);
		if (*program)
			return true;
	}
	return false;
}

/* A tail call into an empty array fails silently, so this is refused before. */
static enum cgswap_status prog_array_error_unpinned(const struct bpf_map *map, const char *path)
{
	error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0,
		  "program array '%.100s' of '%s' has initial values and is not pinned: the "
		  "kernel would empty it as soon as it is loaded, and its tail calls would "
		  "do nothing",
		  bpf_map__name(map), path);
	error_remedy("pin the array by its name: __uint(pinning, LIBBPF_PIN_BY_NAME)");
	return CGSWAP_E_REJECTED;
}

enum cgswap_status prog_array_prepare(struct bpf_object *object, const struct object_file *file,
				      const char *path, const struct attach_type *type)
{
	enum cgswap_status status = CGSWAP_OK;
	struct bpf_program *program;
	struct bpf_map *map;
	struct map_slots slots;

	if (!map_slots_begin(&slots, object, file))
		return error_no_memory();
	while (!status && map_slots_next_program(&slots, &map, &program)) {
		if (!bpf_map__pin_path(map))
			status = prog_array_error_unpinned(map, path);
		bpf_program__set_autoload(program, true);
		/* programs that tail-call each other have the same attach type */
		select_program_set_type(program, type);
	}
	map_slots_end(&slots);
	return status;
}

enum cgswap_status prog_array_is_filled(bool *out, const struct bpf_object *object,
					const struct object_file *file, const struct bpf_map *map)
{
	struct bpf_program *program;
	struct bpf_map *filled;
	struct map_slots slots;

	*out = false;
	if (!map_slots_begin(&slots, object, file))
		return error_no_memory();
	while (!*out && map_slots_next_program(&slots, &filled, &program))
		*out = filled == map;
	map_slots_end(&slots);
	return CGSWAP_OK;
}

enum cgswap_status prog_array_nests_map(bool *out, const struct bpf_object *object,
					const struct object_file *file, const struct bpf_map *outer,
					const struct bpf_map *inner)
{
	struct bpf_map *map;
	struct map_slots slots;
	const char *name;

	*out = false;
	if (!map_slots_begin(&slots, object, file))
		return error_no_memory();
	while (!*out && map_slots_next(&slots, &map, &name))
		*out = map == outer && strcmp(name, bpf_map__name(inner)) == 0;
	map_slots_end(&slots);
	return CGSWAP_OK;
}
