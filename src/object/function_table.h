/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions of an object file, and what their instructions refer to. */
#ifndef CGSWAP_OBJECT_FUNCTION_TABLE_H
#define CGSWAP_OBJECT_FUNCTION_TABLE_H

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
	const struct elf_view *view;
	size_t symbols; /* index of the symbol table; 0: none */
	size_t names;   /* index of the section with the symbol names */
	size_t maps;    /* index of the section .maps; 0: none */
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

/* Where reading the references of a function has come to. */
struct function_cursor {
	size_t function;   /* its index */
	uint64_t offset;   /* the next instruction, in its section */
	size_t relocation; /* the first one that is not before that */
};

struct function_cursor function_table_start(const struct function_table *table, size_t index);

/* Reads the next reference, and moves the cursor past it. False: there are no more. */
bool function_table_next(const struct function_table *table, struct function_cursor *cursor,
			 struct function_reference *out);

#endif
