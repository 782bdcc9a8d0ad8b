/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs of an object that a call means, and their load. */
#ifndef CGSWAP_LOAD_OBJECT_LOAD_H
#define CGSWAP_LOAD_OBJECT_LOAD_H

#include "load/load_set.h"
#include "object/object_handle.h"

/* Checks the options that all calls on an object take, and reads them into *out. */
enum cgswap_status object_take_opts(struct cgswap_object_opts *out,
				    const struct cgswap_object_opts *given);

/*
 * Selects the programs: those of only, or all but the ones that are not loaded by default or are in
 * a program array; without those of skip. Each has an attach type. indexes has the length of the
 * object.
 */
enum cgswap_status object_select(size_t *indexes, size_t *count, const struct cgswap_object *object,
				 const struct cgswap_object_opts *opts);

/* The options for maps and constants. */
struct load_opts object_load_opts(const struct cgswap_object_opts *opts);

/*
 * Loads the selected programs with one set of maps, unless the object is loaded: then it has them.
 * One of a program that the object was loaded without fails.
 */
enum cgswap_status object_load_selected(struct cgswap_object *object, const size_t *indexes,
					size_t count, const struct cgswap_object_opts *opts);

/* Takes that back, for a call that loaded the object and failed. */
void object_unload(struct cgswap_object *object);

#endif
