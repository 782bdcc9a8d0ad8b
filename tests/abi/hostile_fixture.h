/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file hostile_scene.h
 * Scratch cgroups with programs, and handles of every kind in every state they can be in.
 */
#ifndef TESTS_ABI_HOSTILE_FIXTURE_H
#define TESTS_ABI_HOSTILE_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

/** A handle of the right type; the first of its type is a good one. */
struct odd_handle {
	const char *name;
	const void *handle;
	bool closed; /* it, or its session */
};

/** Callbacks of one type, as the text passes them: addresses. */
struct callbacks {
	const char *type;
	const void *good;
	const void *refusing;
	const void *reentrant;
};

void hostile_scene_build(void);

/** All handles of a type ("cgswap_chain"); a type without any ends the test. */
const struct odd_handle *hostile_handles(const char *type, size_t *count);
/** The callbacks of a type ("cgswap_log_fn"); a type without ends the test. */
const struct callbacks *hostile_callbacks(const char *type);
/** What a string parameter of this name takes, in the scene; for a name not known, a word. */
const char *hostile_good_string(const char *name);

#endif
