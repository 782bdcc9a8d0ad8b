/* SPDX-License-Identifier: BSD-2-Clause */
/* The caller's choices for single constants: NAME=old, NAME=new or NAME=VALUE. */
#ifndef CGSWAP_LOAD_CONSTANT_CHOICE_H
#define CGSWAP_LOAD_CONSTANT_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include <cgswap.h>

enum constant_choice_kind { CONSTANT_CHOICE_OLD, CONSTANT_CHOICE_NEW, CONSTANT_CHOICE_VALUE };

/* The strings are the caller's. */
struct constant_choice {
	const char *text; /* as it was given */
	size_t name_length;
	enum constant_choice_kind kind;
	const char *value;
	bool is_text; /* NAME==VALUE: the value has no special words */
};

/* Checks the form of each choice, and that each name is given once. The list may be NULL. */
enum cgswap_status constant_choices_check(const char *const *choices);

/* Reads a choice that was checked. */
struct constant_choice constant_choice_read(const char *text);

/*
 * Finds the choice for a constant of this name: its own, or one for the struct that has it. Returns
 * false if there is none.
 */
bool constant_choice_find(struct constant_choice *out, const char *const *choices,
			  const char *name);

/* True if the choice is for this constant, or for the struct that has it. */
bool constant_choice_covers(const struct constant_choice *choice, const char *name);

#endif
