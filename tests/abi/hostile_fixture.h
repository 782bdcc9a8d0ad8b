/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file hostile_fixture.h
 * Scratch cgroups with programs, and handles of every type in every state.
 */
#ifndef TESTS_ABI_HOSTILE_FIXTURE_H
#define TESTS_ABI_HOSTILE_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

/** A handle of the right type. The first one of each type is good. */
struct odd_handle {
	const char *name;
	const void *handle;
	bool closed; /* the handle or its session */
};

void hostile_fixture_build(void);

/** All handles of a type ("cgswap_chain"). A type without any ends the test. */
const struct odd_handle *hostile_handles(const char *type, size_t *count);
/** The good handle of a type, which must have one. */
const void *hostile_good_handle(const char *type);
/** A good value for a string parameter of this name; any word for an unknown name. */
const char *hostile_good_string(const char *name);

/** An object whose programs are loaded, unlike the good one's. */
const void *hostile_loaded_object(void);

#endif
