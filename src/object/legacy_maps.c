/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/legacy_maps.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object/elf_check.h"
#include "object/map_spec.h"

/* struct bpf_map_def; other loaders have more fields after these. */
struct legacy_map {
	uint32_t type, key_size, value_size, max_entries, flags;
};

static bool legacy_is_name(const char *section)
{
	return strcmp(section, "maps") == 0 || strncmp(section, "maps/", strlen("maps/")) == 0;
}

static bool legacy_is_section(Elf *elf, size_t index)
{
	GElf_Shdr shdr;

	return gelf_getshdr(elf_getscn(elf, index), &shdr) && shdr.sh_type == SHT_PROGBITS &&
	       legacy_is_name(elf_check_section_name(elf, &shdr));
}

void legacy_maps_section(char *name, size_t size, const struct object_file *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	*name = '\0';
	while (!*name && (section = elf_nextscn(file->elf, section)))
		if (legacy_is_section(file->elf, elf_ndxscn(section)) &&
		    gelf_getshdr(section, &shdr))
			snprintf(name, size, "%s", elf_check_section_name(file->elf, &shdr));
}

/* ---- hiding ---------------------------------------------------------------------------------- */

/*
 * libbpf knows these sections by their names, and fails if the target of a relocation is missing.
 * The table of sections may be at any address.
 */
static void legacy_hide_section(char *bytes, Elf *elf, size_t index)
{
	Elf64_Ehdr header;
	Elf64_Shdr shdr;
	char *at;

	memcpy(&header, bytes, sizeof(header));
	at = bytes + header.e_shoff + index * sizeof(shdr);
	memcpy(&shdr, at, sizeof(shdr));
	if (legacy_is_section(elf, index))
		shdr.sh_name = 0;
	else if (shdr.sh_type == SHT_REL)
		shdr.sh_type = SHT_NULL;
	memcpy(at, &shdr, sizeof(shdr));
}

/*
 * libbpf sets the size of a DATASEC from the section with its name, and fails without one, unless
 * the size is set already.
 */
static void legacy_hide_datasecs(char *bytes, size_t size)
{
	struct btf *btf = btf__new(bytes, (uint32_t)size);
	uint32_t raw_size = 0;
	const char *raw = btf ? btf__raw_data(btf, &raw_size) : NULL;
	const struct btf_type *type;

	for (uint32_t id = 1; raw && raw_size == size && (type = btf__type_by_id(btf, id)); id++) {
		const char *name = btf__name_by_offset(btf, type->name_off);
		size_t at = (size_t)((const char *)type - raw);
		struct btf_type sized;

		if (!btf_is_datasec(type) || !name || !legacy_is_name(name) ||
		    at > size - sizeof(sized))
			continue;
		memcpy(&sized, bytes + at, sizeof(sized));
		sized.size = 1;
		memcpy(bytes + at, &sized, sizeof(sized));
	}
	btf__free(btf);
}

static void legacy_hide_btf(char *bytes, Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &shdr) && shdr.sh_type == SHT_PROGBITS &&
		    strcmp(elf_check_section_name(elf, &shdr), ".BTF") == 0)
			legacy_hide_datasecs(bytes + shdr.sh_offset, shdr.sh_size);
}

bool legacy_maps_hide(struct object_file *out, const struct object_file *file)
{
	size_t count = 0;

	*out = (struct object_file){ .bytes = malloc(file->size), .size = file->size };
	if (!out->bytes || elf_getshdrnum(file->elf, &count)) {
		object_file_free(out);
		return false;
	}
	memcpy(out->bytes, file->bytes, file->size);
	for (size_t i = 1; i < count; i++)
		legacy_hide_section(out->bytes, file->elf, i);
	legacy_hide_btf(out->bytes, file->elf);
	return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct legacy_symbols {
	Elf *elf;
	Elf_Data *symbols;
	size_t names; /* index of the section with the symbol names */
};

static void legacy_find_symbols(struct legacy_symbols *out)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	while ((section = elf_nextscn(out->elf, section))) {
		if (!gelf_getshdr(section, &shdr) || shdr.sh_type != SHT_SYMTAB)
			continue;
		out->symbols = elf_getdata(section, NULL);
		out->names = shdr.sh_link;
	}
}

/* Reads the map of a symbol; false if it is not a map. */
static bool legacy_read_map(struct map_spec *out, Elf *elf, const GElf_Sym *symbol)
{
	Elf_Data *data = elf_getdata(elf_getscn(elf, symbol->st_shndx), NULL);
	unsigned type = GELF_ST_TYPE(symbol->st_info);
	struct legacy_map map;

	if (!data || !data->d_buf || (type != STT_OBJECT && type != STT_NOTYPE) ||
	    symbol->st_value > data->d_size || data->d_size - symbol->st_value < sizeof(map))
		return false;
	memcpy(&map, (const char *)data->d_buf + symbol->st_value, sizeof(map));
	*out = (struct map_spec){ map.type, map.key_size, map.value_size, map.max_entries,
				  map.flags };
	return true;
}

bool legacy_maps_read(const struct object_file *file, legacy_map_fn fn, void *user)
{
	struct legacy_symbols all = { .elf = file->elf };
	GElf_Sym symbol;
	bool good = true;

	legacy_find_symbols(&all);
	for (int i = 0; good && all.symbols && gelf_getsym(all.symbols, i, &symbol); i++) {
		const char *name = elf_strptr(all.elf, all.names, symbol.st_name);
		struct map_spec spec;

		if (name && *name && legacy_is_section(all.elf, symbol.st_shndx) &&
		    legacy_read_map(&spec, all.elf, &symbol))
			good = fn(name, &spec, user);
	}
	return good;
}
