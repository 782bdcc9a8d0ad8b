/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions of an object file, and what their instructions refer to. */
#ifndef CGSWAP_OBJECT_FUNCTION_TABLE_H
#define CGSWAP_OBJECT_FUNCTION_TABLE_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>

#include "object/object_file.h"

struct function {
	const char *name;
	size_t section;      /* the index of its section */
	uint64_t start, end; /* bytes of the section */
};

struct function_relocation {
	size_t section;
	uint64_t offset; /* the instruction in the section */
	size_t symbol;   /* its index */
};

struct function_table {
	Elf *elf;
	Elf_Data *symbols;
	size_t names; /* index of the section with the symbol names */
	size_t maps;  /* index of the section .maps; 0: none */
	size_t count, relocation_count;
	struct function *functions;
	struct function_relocation *relocations; /* by section and offset */
};

enum reference_kind {
	REFERENCE_UNKNOWN,
	REFERENCE_FUNCTION, /* a call, or the address of a function */
	REFERENCE_MAP,
	REFERENCE_VARIABLE, /* in a section such as .bss */
	REFERENCE_EXTERN
};

struct function_reference {
	enum reference_kind kind;
	size_t function;  /* its index */
	const char *name; /* the map, or the section; "" for others */
};

/* Reads a file that passed elf_check(); false without memory. Close it also then. */
bool function_table_open(struct function_table *out, const struct object_file *file);
void function_table_close(struct function_table *table);

/* Finds a function by its name; false if no section or several have it. */
bool function_table_find(const struct function_table *table, const char *name, size_t *index);

/*
 * Reads the next reference of a function from byte *at of the function on, and moves *at past it.
 * False: there are no more.
 */
bool function_table_next(const struct function_table *table, size_t index, size_t *at,
			 struct function_reference *out);

#endif
