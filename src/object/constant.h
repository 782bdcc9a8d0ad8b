/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The constants of a program: variables in its read-only data that are declared `const volatile`,
 * so that the compiler leaves their values to the loader. Neither the BTF nor the bytes are
 * trusted.
 */
#ifndef CGSWAP_OBJECT_CONSTANT_H
#define CGSWAP_OBJECT_CONSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf;

/* The longest name, with the NUL. The kernel allows 511 characters in each of its parts. */
enum { CONSTANT_NAME_SIZE = 512 };

/* A variable, or one member of a struct. */
struct constant {
	char *name; /* "limit", or "config.limit" for a member */
	const struct btf *btf;
	uint32_t type;
	const unsigned char *section; /* the bytes of its section, the caller's */
	size_t map;                   /* the caller's number of the section */
	uint32_t offset, size;        /* the bytes in the section */
	uint8_t bits, first_bit;      /* a bit-field: its size and place in these bytes; else 0 */
};

struct constants {
	size_t count;
	struct constant *items;
	size_t capacity;
	size_t members; /* number of members that were read, which is limited */
};

/* True for a section of read-only data (".rodata", ".rodata.x"), where constants are. */
bool constants_are_in(const char *section);

/*
 * Adds the constants of one section, a BTF type of the kind DATASEC, in the order of the BTF. The
 * members of a struct or union are constants of their own, unless there are thousands of them.
 * Metadata (bpf_metadata_*) is left out. Returns 0 or -ENOMEM.
 */
int constants_add(struct constants *constants, const struct btf *btf, uint32_t datasec,
		  const void *bytes, size_t size, size_t map);
void constants_free(struct constants *constants);

/* True if both have the same size and type, down to the members of structs in an array. */
bool constant_same_type(const struct constant *a, const struct constant *b);

/* True if two constants of the same type have the same value. */
bool constant_same_value(const struct constant *a, const struct constant *b);

/* Both. */
bool constant_same(const struct constant *a, const struct constant *b);
bool constant_is_zero(const struct constant *constant);

/* Copies the value of a constant of the same type to a section like to's. */
void constant_copy(const struct constant *to, unsigned char *section, const struct constant *from);

/* Bit-fields, in the order of bits of this machine. */
uint64_t constant_get_bits(const struct constant *constant);
void constant_set_bits(const struct constant *constant, unsigned char *section, uint64_t value);

/* ---- constant_value.c */

/* The value as malloc'ed text, as metadata_text() writes it; NULL: no memory. */
char *constant_text(const struct constant *constant);

/*
 * Writes a value that is given as text to the section: a number, true or false, the name of an
 * enumerator, text for an array of char, or hex:BYTES for any type. With is_text, hex: is not a
 * prefix. Returns false, and sets expected to what the type takes, if the text is not a value.
 */
enum { CONSTANT_EXPECTED_SIZE = 96 };
bool constant_parse(const struct constant *constant, unsigned char *section, const char *text,
		    bool is_text, char *expected);

#endif
