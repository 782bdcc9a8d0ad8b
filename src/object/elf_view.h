/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The section headers, symbols and names of an ELF file in memory, read in place: a load asks for
 * thousands of them, which libelf would check each time.
 */
#ifndef CGSWAP_OBJECT_ELF_VIEW_H
#define CGSWAP_OBJECT_ELF_VIEW_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_view {
	const char *bytes; /* the whole file */
	size_t size;
	Elf64_Shdr *sections; /* a copy, since the table may not be aligned in the file */
	size_t count;
	size_t names; /* index of the section with the names of sections */
};

/*
 * Reads the section headers. The caller has checked that the table is inside the file, and that the
 * file is for 64 bits and in the byte order of this machine. False without memory.
 */
bool elf_view_open(struct elf_view *out, const char *bytes, size_t size, uint64_t table,
		   size_t count, size_t names);

/* Accepts a zeroed struct too. */
void elf_view_close(struct elf_view *view);

/* NULL: the file has no section with this index. */
const Elf64_Shdr *elf_view_section(const struct elf_view *view, size_t index);

/* True if all content of the section is inside the file. */
bool elf_view_has_content(const struct elf_view *view, const Elf64_Shdr *section);

/* The name at this offset of a string table; "" if there is none. */
const char *elf_view_string(const struct elf_view *view, size_t table, uint64_t offset);

/* The name of a section; "" if it has none. */
const char *elf_view_name(const struct elf_view *view, const Elf64_Shdr *section);

/* The first section with this name; NULL: none has it. */
const Elf64_Shdr *elf_view_find(const struct elf_view *view, const char *name);

/* The index of the last symbol table; 0: the file has none. */
size_t elf_view_symbols(const struct elf_view *view);

/* False: the symbol table has no symbol with this index. */
bool elf_view_symbol(const struct elf_view *view, size_t table, size_t index, Elf64_Sym *out);

/* False: the section has no relocation with this index. */
bool elf_view_relocation(const struct elf_view *view, size_t section, size_t index, Elf64_Rel *out);

#endif
