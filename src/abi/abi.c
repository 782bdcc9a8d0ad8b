/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the table abi.def with the header, and returns it as text.
 *
 * This file includes only the header and the compiler's own headers, so that a cross compiler can
 * check the table for another machine without any library.
 */
#include <cgswap.h>

/* ---- the table agrees with the header -------------------------------------------------------- */

#define VALUE(constant, number)                                                                    \
	_Static_assert((constant) == (number), #constant " is not " #number);
#define OPAQUE(type)                       typedef struct type type;
#define CALLBACK(result, type, parameters) typedef result(*type) parameters;
#define FUNCTION(result, name, parameters)                                                         \
	_Static_assert(__builtin_types_compatible_p(__typeof__(&name), result(*) parameters),      \
		       #name "() has another declaration");
#include "abi/abi.def"

/* Structs as in the table, for a comparison with the header. */
#define STRUCT(tag)             struct tag##_in_table {
#define FIELD(tag, type, field) type field;
#define END_STRUCT(tag, last)                                                                      \
	}                                                                                          \
	;
#include "abi/abi.def"

#define SAME_OFFSET(tag, field)                                                                    \
	(offsetof(struct tag##_in_table, field) == offsetof(struct tag, field))
#define SAME_TYPE(tag, type, field)                                                                \
	__builtin_types_compatible_p(__typeof__(((struct tag *)0)->field), type)
#define END_OF(tag, field) (offsetof(struct tag, field) + sizeof(((struct tag *)0)->field))

#define FIELD(tag, type, field)                                                                    \
	_Static_assert(SAME_OFFSET(tag, field), #tag "." #field " is at another offset");          \
	_Static_assert(SAME_TYPE(tag, type, field), #tag "." #field " is not " #type);
/* A byte of padding at the end would later become a field that older programs do not zero. */
#define END_STRUCT(tag, last)                                                                      \
	_Static_assert(sizeof(struct tag##_in_table) == sizeof(struct tag),                        \
		       #tag " has other fields");                                                  \
	_Static_assert(END_OF(tag, last) == sizeof(struct tag), #tag " is padded at its end");
#include "abi/abi.def"

/* ---- the table as text ---------------------------------------------------------------------- */

static const char text[] =
#define ENUM(tag)                          "enum " #tag " {\n"
#define VALUE(constant, number)            "\t" #constant " = " #number ",\n"
#define END_ENUM(tag)                      "};\n"
#define OPAQUE(type)                       "typedef struct " #type " " #type ";\n"
#define CALLBACK(result, type, parameters) "typedef " #result " (*" #type ")" #parameters ";\n"
#define STRUCT(tag)                        "struct " #tag " {\n"
#define FIELD(tag, type, field)            "\t" #type " " #field ";\n"
#define END_STRUCT(tag, last)              "};\n"
#define FUNCTION(result, name, parameters) #result " " #name #parameters ";\n"
#include "abi/abi.def"
	;

const char *cgswap_abi_describe(void)
{
	return text;
}
