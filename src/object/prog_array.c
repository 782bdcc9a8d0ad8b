/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Program arrays and maps of maps that their source fills (__array(values, ...) with an
 * initializer). libbpf puts the programs in when it load_cache the object, every array of it, and
 * has no call that tells which they are: as libbpf does, we take them from the relocations of the
 * section .maps.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "base/error.h"
#include "object/elf_check.h"

static const char MAPS_SECTION[] = ".maps";

/* The slots of an object, in the order of its relocations. */
struct slots {
	const struct bpf_object *object;
	Elf *elf;
	Elf_Data *relocations, *symbols;
	size_t names; /* the section with the names of the symbols */
	int next;
};

static bool is_maps_section(Elf *elf, size_t index)
{
	GElf_Shdr shdr;

	return gelf_getshdr(elf_getscn(elf, index), &shdr) &&
	       strcmp(elf_check_name(elf, &shdr), MAPS_SECTION) == 0;
}

/* False where there is no memory; an object without slots has none to tell. */
static bool slots_begin(struct slots *slots, const struct bpf_object *object,
			const struct object_file *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	*slots = (struct slots){ .object = object, .elf = elf_check_open(file) };
	if (!slots->elf)
		return false;
	while ((section = elf_nextscn(slots->elf, section))) {
		if (!gelf_getshdr(section, &shdr))
			continue;
		if (shdr.sh_type == SHT_REL && is_maps_section(slots->elf, shdr.sh_info))
			slots->relocations = elf_getdata(section, NULL);
		if (shdr.sh_type != SHT_SYMTAB)
			continue;
		slots->symbols = elf_getdata(section, NULL);
		slots->names = shdr.sh_link;
	}
	return true;
}

static void slots_end(struct slots *slots)
{
	elf_end(slots->elf);
}

/* The map whose variable covers this place of the section .maps. */
static struct bpf_map *map_of_slot(const struct bpf_object *object, uint64_t place)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf ? btf__find_by_name_kind(btf, MAPS_SECTION, BTF_KIND_DATASEC) : -1;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, id) : NULL;
	uint32_t count = type ? btf_vlen(type) : 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct btf_var_secinfo *variable = &btf_var_secinfos(type)[i];
		const char *name;

		if (place < variable->offset || place - variable->offset >= variable->size)
			continue;
		type = btf__type_by_id(btf, variable->type);
		name = btf__name_by_offset(btf, type->name_off);
		return name ? bpf_object__find_map_by_name(object, name) : NULL;
	}
	return NULL;
}

/* The next slot of any map, and the name of what is put there; false: that was the last. */
static bool slots_next(struct slots *slots, struct bpf_map **map, const char **name)
{
	GElf_Rel relocation;
	GElf_Sym symbol;

	while (slots->relocations && slots->symbols &&
	       gelf_getrel(slots->relocations, slots->next++, &relocation)) {
		*map = map_of_slot(slots->object, relocation.r_offset);
		if (!*map || !gelf_getsym(slots->symbols, GELF_R_SYM(relocation.r_info), &symbol))
			continue;
		*name = elf_strptr(slots->elf, slots->names, symbol.st_name);
		if (*name)
			return true;
	}
	return false;
}

/* The next one of a program array. */
static bool slots_next_program(struct slots *slots, struct bpf_map **map,
			       struct bpf_program **program)
{
	const char *name;

	while (slots_next(slots, map, &name)) {
		if (bpf_map__type(*map) != BPF_MAP_TYPE_PROG_ARRAY)
			continue;
		*program = bpf_object__find_program_by_name(slots->object, name);
		if (*program)
			return true;
	}
	return false;
}

/* Nobody would notice: a tail call into an empty array goes on as if it were not there. */
static enum cgswap_status error_unpinned(const struct bpf_map *map, const char *path)
{
	error_set(
		CGSWAP_CAUSE_OBJECT_REFUSED, 0,
		"program array %.100s of %s is filled by its source and pinned nowhere: the kernel "
		"would empty it as soon as it is loaded, and its tail calls would lead nowhere",
		bpf_map__name(map), path);
	error_remedy("have the array pinned by its name (LIBBPF_PIN_BY_NAME)");
	return CGSWAP_E_REJECTED;
}

enum cgswap_status object_fill_prog_arrays(struct bpf_object *object,
					   const struct object_file *file, const char *path,
					   const struct attach_type *type)
{
	enum cgswap_status status = CGSWAP_OK;
	struct bpf_program *program;
	struct bpf_map *map;
	struct slots slots;

	if (!slots_begin(&slots, object, file))
		return error_no_memory();
	while (!status && slots_next_program(&slots, &map, &program)) {
		if (!bpf_map__pin_path(map))
			status = error_unpinned(map, path);
		bpf_program__set_autoload(program, true);
		/* what tail-calls each other is for one hook */
		object_set_attach_type(program, type);
	}
	slots_end(&slots);
	return status;
}

enum cgswap_status object_fills_map(bool *out, const struct bpf_object *object,
				    const struct object_file *file, const struct bpf_map *map)
{
	struct bpf_program *program;
	struct bpf_map *filled;
	struct slots slots;

	*out = false;
	if (!slots_begin(&slots, object, file))
		return error_no_memory();
	while (!*out && slots_next_program(&slots, &filled, &program))
		*out = filled == map;
	slots_end(&slots);
	return CGSWAP_OK;
}

enum cgswap_status object_nests_map(bool *out, const struct bpf_object *object,
				    const struct object_file *file, const struct bpf_map *outer,
				    const struct bpf_map *inner)
{
	struct bpf_map *map;
	struct slots slots;
	const char *name;

	*out = false;
	if (!slots_begin(&slots, object, file))
		return error_no_memory();
	while (!*out && slots_next(&slots, &map, &name))
		*out = map == outer && strcmp(name, bpf_map__name(inner)) == 0;
	slots_end(&slots);
	return CGSWAP_OK;
}
