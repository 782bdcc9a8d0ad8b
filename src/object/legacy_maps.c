/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/legacy_maps.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object/map_spec.h"

/* struct bpf_map_def; other loaders have more fields after these. */
struct legacy_map {
	uint32_t type, key_size, value_size, max_entries, flags;
};

static bool legacy_is_name(const char *section)
{
	return strcmp(section, "maps") == 0 || strncmp(section, "maps/", strlen("maps/")) == 0;
}

static bool legacy_is_section(const struct elf_view *view, size_t index)
{
	const Elf64_Shdr *section = elf_view_section(view, index);

	return section && section->sh_type == SHT_PROGBITS &&
	       legacy_is_name(elf_view_name(view, section));
}

void legacy_maps_section(char *name, size_t size, const struct object_file *file)
{
	const struct elf_view *view = &file->view;

	*name = '\0';
	for (size_t i = 1; !*name && i < view->count; i++)
		if (legacy_is_section(view, i))
			snprintf(name, size, "%s", elf_view_name(view, &view->sections[i]));
}

/* ---- hiding ---------------------------------------------------------------------------------- */

/*
 * libbpf knows these sections by their names, and fails if the target of a relocation is missing.
 * The table of sections may be at any address.
 */
static void legacy_hide_section(char *bytes, const struct elf_view *view, size_t index)
{
	Elf64_Ehdr header;
	Elf64_Shdr shdr;
	char *at;

	memcpy(&header, bytes, sizeof(header));
	at = bytes + header.e_shoff + index * sizeof(shdr);
	memcpy(&shdr, at, sizeof(shdr));
	if (legacy_is_section(view, index))
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

static void legacy_hide_btf(char *bytes, const struct elf_view *view)
{
	for (size_t i = 1; i < view->count; i++) {
		const Elf64_Shdr *section = &view->sections[i];

		if (section->sh_type == SHT_PROGBITS &&
		    strcmp(elf_view_name(view, section), ".BTF") == 0)
			legacy_hide_datasecs(bytes + section->sh_offset, section->sh_size);
	}
}

bool legacy_maps_hide(struct object_file *out, const struct object_file *file)
{
	*out = (struct object_file){ .bytes = malloc(file->size), .size = file->size };
	if (!out->bytes)
		return false;
	memcpy(out->bytes, file->bytes, file->size);
	for (size_t i = 1; i < file->view.count; i++)
		legacy_hide_section(out->bytes, &file->view, i);
	legacy_hide_btf(out->bytes, &file->view);
	return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads the map of a symbol; false if it is not a map. */
static bool legacy_read_map(struct map_spec *out, const struct elf_view *view,
			    const Elf64_Sym *symbol)
{
	const Elf64_Shdr *section = elf_view_section(view, symbol->st_shndx);
	unsigned type = ELF64_ST_TYPE(symbol->st_info);
	struct legacy_map map;

	if (!section || !elf_view_has_content(view, section) ||
	    (type != STT_OBJECT && type != STT_NOTYPE) || symbol->st_value > section->sh_size ||
	    section->sh_size - symbol->st_value < sizeof(map))
		return false;
	memcpy(&map, view->bytes + section->sh_offset + symbol->st_value, sizeof(map));
	*out = (struct map_spec){ map.type, map.key_size, map.value_size, map.max_entries,
				  map.flags };
	return true;
}

bool legacy_maps_read(const struct object_file *file, legacy_map_fn fn, void *user)
{
	const struct elf_view *view = &file->view;
	size_t symbols = elf_view_symbols(view);
	Elf64_Sym symbol;
	bool good = true;

	for (size_t i = 0; good && symbols && elf_view_symbol(view, symbols, i, &symbol); i++) {
		const char *name = elf_view_string(view, view->sections[symbols].sh_link,
						   symbol.st_name);
		struct map_spec spec;

		if (*name && legacy_is_section(view, symbol.st_shndx) &&
		    legacy_read_map(&spec, view, &symbol))
			good = fn(name, &spec, user);
	}
	return good;
}
