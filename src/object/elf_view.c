/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/elf_view.h"

#include <stdlib.h>
#include <string.h>

bool elf_view_open(struct elf_view *out, const char *bytes, size_t size, uint64_t table,
		   size_t count, size_t names)
{
	*out = (struct elf_view){ .bytes = bytes, .size = size, .names = names };
	/* one more: malloc() of size 0 may return NULL */
	out->sections = malloc((count + 1) * sizeof(*out->sections));
	if (!out->sections)
		return false;
	memcpy(out->sections, bytes + table, count * sizeof(*out->sections));
	out->count = count;
	return true;
}

void elf_view_close(struct elf_view *view)
{
	free(view->sections);
	*view = (struct elf_view){ 0 };
}

const Elf64_Shdr *elf_view_section(const struct elf_view *view, size_t index)
{
	return index < view->count ? &view->sections[index] : NULL;
}

bool elf_view_has_content(const struct elf_view *view, const Elf64_Shdr *section)
{
	return section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL &&
	       section->sh_offset <= view->size &&
	       section->sh_size <= view->size - section->sh_offset;
}

const char *elf_view_string(const struct elf_view *view, size_t table, uint64_t offset)
{
	const Elf64_Shdr *section = elf_view_section(view, table);
	const char *string;

	if (!section || section->sh_type != SHT_STRTAB || !elf_view_has_content(view, section) ||
	    offset >= section->sh_size)
		return "";
	string = view->bytes + section->sh_offset + offset;
	return memchr(string, '\0', section->sh_size - offset) ? string : "";
}

const char *elf_view_name(const struct elf_view *view, const Elf64_Shdr *section)
{
	return elf_view_string(view, view->names, section->sh_name);
}

const Elf64_Shdr *elf_view_find(const struct elf_view *view, const char *name)
{
	for (size_t i = 1; i < view->count; i++)
		if (strcmp(elf_view_name(view, &view->sections[i]), name) == 0)
			return &view->sections[i];
	return NULL;
}

size_t elf_view_symbols(const struct elf_view *view)
{
	size_t index = view->count;

	while (index && view->sections[--index].sh_type != SHT_SYMTAB)
		;
	return index;
}

/* Copies one element of a section, which may not be aligned in the file. */
static bool elf_view_element(const struct elf_view *view, size_t index, size_t element, void *out,
			     size_t size)
{
	const Elf64_Shdr *section = elf_view_section(view, index);

	if (!section || !elf_view_has_content(view, section) || element >= section->sh_size / size)
		return false;
	memcpy(out, view->bytes + section->sh_offset + element * size, size);
	return true;
}

bool elf_view_symbol(const struct elf_view *view, size_t table, size_t index, Elf64_Sym *out)
{
	return elf_view_element(view, table, index, out, sizeof(*out));
}

bool elf_view_relocation(const struct elf_view *view, size_t section, size_t index, Elf64_Rel *out)
{
	return elf_view_element(view, section, index, out, sizeof(*out));
}
