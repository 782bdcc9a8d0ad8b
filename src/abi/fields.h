/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fields of fields.def at run time: the command, Python and Lua each write one function that
 * turns a field's value into a value of theirs. They link fields.c, which calls public functions
 * only; the library does not contain it.
 */
#ifndef CGSWAP_ABI_FIELDS_H
#define CGSWAP_ABI_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cgswap.h>

enum field_kind {
	FIELD_TEXT,
	FIELD_TEXT_OR_NONE, /* "" means that there is none */
	FIELD_NUMBER,
	FIELD_NUMBER_OR_NONE, /* 0 means that there is none */
	FIELD_ID,             /* the ID of a transaction, 16 digits */
	FIELD_ID_OR_NONE,     /* 0 means that there is none */
	FIELD_TIME,           /* seconds since 1970; 0 means that it is unknown */
	FIELD_COUNTER,        /* 0 unless the kernel counts */
	FIELD_POSITION,       /* CGSWAP_POSITION_UNKNOWN means that there is none */
	FIELD_FLAG,
	FIELD_FLAG_OR_NONE, /* an enum cgswap_preorder */
	FIELD_ENUM,
	FIELD_ENUM_OR_NONE, /* 0 means that there is none */
	FIELD_NUMBERS,
	FIELD_TEXTS,
	FIELD_RECORDS,
};

/*
 * The place of a record: see fields.def. record_find() sets r before fields are read, and again
 * after anything that may have changed the handle, such as a finalizer.
 */
struct record_place {
	const void *h, *r;
	size_t i, j;
};

struct field {
	const char *name, *doc;
	enum field_kind kind;
	unsigned part; /* enum cgswap_describe */
	uint64_t (*number)(const struct record_place *place);
	const char *(*text)(const struct record_place *place); /* or the name of a text */
	const char *(*value)(const struct record_place *place);
	size_t (*count)(const struct record_place *place);
	const char *enum_tag; /* "step_state" for an enum cgswap_step_state */
	const char *(*enum_name)(int number);
	const struct record *of;
};

struct record {
	const char *name;
	const struct field *fields;
	size_t count;
	const void *(*part)(const struct record_place *place);
};

void record_find(const struct record *record, struct record_place *place);

extern const struct record record_session, record_chain, record_program, record_object;
extern const struct record record_entry, record_step, record_error;
extern const struct record record_step_map, record_dropped_map, record_program_map;
extern const struct record record_step_constant, record_dropped_constant;
extern const struct record record_left_pin, record_unpinned_map;
extern const struct record record_object_program, record_object_map;
extern const struct record record_group, record_event;
extern const struct record record_journal, record_journal_step;
extern const struct record record_transaction, record_transaction_change;
extern const struct record record_transaction_constant;
extern const struct record record_found, record_clean;

/* A field without lists, as one of four values. */
struct field_value {
	enum { VALUE_NONE, VALUE_TEXT, VALUE_NUMBER, VALUE_FLAG } kind;
	const char *text; /* also the name of an enum */
	uint64_t number;
	bool flag;
};

/* The value of a field whose number was read before. */
struct field_value field_number(const struct field *field, uint64_t number);
/* Not for FIELD_NUMBERS, FIELD_TEXTS and FIELD_RECORDS. An enum is a text, and has its number too.
 */
struct field_value field_read(const struct field *field, const struct record_place *place);

/*
 * Each language also shows the details of an error, by their names. Names of which there may be
 * several are always lists; of other names the first is shown.
 */
bool detail_is_list(const char *name);

#endif
