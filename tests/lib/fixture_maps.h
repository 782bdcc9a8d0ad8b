/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file state.h
 * Scenes in which a program of an object stands in a chain and is replaced by an object's: which
 * maps it has, by name, and what a swap says of them.
 */
#ifndef TESTS_LIB_FIXTURE_MAPS_H
#define TESTS_LIB_FIXTURE_MAPS_H

#include "cgswap.h"
#include "scratch.h"

#include <stdint.h>

/** A scratch cgroup with one program, an object's, at egress. */
struct map_fixture {
	cgswap_session *session;
	struct scratch cgroup;
	cgswap_chain *chain;
};

/** Where an object of tests/bpf is ("object/filled_v1"; maps/ may be left out): one of several
 * buffers, used in turn. */
const char *map_fixture_object(const char *name);

/** Attaches the only program of an object; what fails ends the test. */
struct map_fixture map_fixture_new(const char *cgroup, const char *object);
/** One more cgroup with the program that stands in another one. */
struct map_fixture map_fixture_beside(const struct map_fixture *other, const char *cgroup);
void map_fixture_free(struct map_fixture *state);

/** Plans to replace what stands there: object is a name as above, or any source with a colon. */
enum cgswap_status map_fixture_plan(const struct map_fixture *state, cgswap_replace **out, const char *object,
			      enum cgswap_map_policy keep);
/** The same and commits it. */
enum cgswap_status map_fixture_swap(const struct map_fixture *state, const char *object,
			      enum cgswap_map_policy keep);

/** The id of the program that stands there, as the kernel has it. */
uint32_t map_fixture_program(const struct map_fixture *state);
/**
 * The id of the one map of the program that stands there whose name, as the kernel has it, ends
 * like this; 0: none, or several.
 */
uint32_t map_fixture_map(const struct map_fixture *state, const char *ending);

/** One check: the step says of the map of this name that it is kept, or not, and this reason. */
void map_fixture_said(cgswap_replace *replace, const char *map, bool kept, const char *reason);

#endif
