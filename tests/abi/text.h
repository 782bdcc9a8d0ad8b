/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file text.h
 * Parses the text of cgswap_abi_describe() without other knowledge: functions with their parameters,
 * and structs with the offsets of their fields.
 */
#ifndef TESTS_ABI_TEXT_H
#define TESTS_ABI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { TEXT_PARAMS = 8, TEXT_FIELDS = 16, TEXT_FUNCTIONS = 512, TEXT_STRUCTS = 64 };

/** The kind of a type, for a caller. */
enum kind {
	KIND_UNKNOWN,
	KIND_VOID,
	KIND_BOOL,
	KIND_INT,     /* int, int32_t */
	KIND_ENUM,
	KIND_UINT,    /* unsigned, uint32_t */
	KIND_INT64,
	KIND_UINT64,
	KIND_SIZE,
	KIND_STRING,   /* const char * */
	KIND_LIST,     /* const char *const *, ended by NULL */
	KIND_HANDLE,   /* cgswap_x *, const or not */
	KIND_OUT,      /* cgswap_x **, bool *, size_t *, int * */
	KIND_OPTS,     /* const struct cgswap_x_opts * */
	KIND_CALLBACK, /* cgswap_x_fn */
	KIND_USER,     /* void * */
};

/** A parameter, a field or a result. */
struct declared {
	enum kind kind;
	char type[64]; /* as written, one blank between words: "const cgswap_entry *" */
	char base[64]; /* without const, struct, enum and stars: "cgswap_entry" */
	char name[64];
	size_t offset; /* a field's offset in its struct */
};

struct function {
	struct declared result; /* with the function's name */
	size_t count;
	struct declared params[TEXT_PARAMS];
};

struct structure {
	char tag[64];
	size_t size;
	size_t count;
	struct declared fields[TEXT_FIELDS];
};

struct abi {
	size_t function_count;
	struct function functions[TEXT_FUNCTIONS];
	size_t struct_count;
	struct structure structs[TEXT_STRUCTS];
	size_t opaque_count;
	char opaque[TEXT_STRUCTS][64];
};

/** Parses the text. A line that cannot be parsed ends the test. */
void text_read(struct abi *abi, const char *text);
/** @return the struct of this tag, which must exist. */
const struct structure *text_struct(const struct abi *abi, const char *tag);
/** Returns the size of a value of this kind in bytes. */
size_t kind_size(enum kind kind);

#endif
