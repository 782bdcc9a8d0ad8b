/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture_maps.h
 * A fixture in which a program of an object is attached and is replaced by a program of another
 * object: its maps by name, and what the step reports about each map.
 */
#ifndef TESTS_LIB_FIXTURE_MAPS_H
#define TESTS_LIB_FIXTURE_MAPS_H

#include "cgswap.h"
#include "scratch.h"

#include <stdint.h>

/** A scratch cgroup with one program of an object at egress, or at another attach type. */
struct map_fixture {
	cgswap_session *session;
	struct scratch cgroup;
	cgswap_chain *chain;
	uint32_t type; /* the attach type; 0: egress */
};

/** The path of an object of tests/bpf ("object/filled_v1"; maps/ may be left out): one of several
 * buffers, used in turn. */
const char *map_fixture_object(const char *name);

/** Attaches the only program of an object; a failure ends the test. */
struct map_fixture map_fixture_new(const char *cgroup, const char *object);
/** The same at another attach type, with the program of this name, or NULL for the only one. */
struct map_fixture map_fixture_new_at(const char *cgroup, const char *object, const char *program,
				      uint32_t attach_type);
/** Attaches the program of another fixture to one more cgroup. */
struct map_fixture map_fixture_beside(const struct map_fixture *other, const char *cgroup);
void map_fixture_free(struct map_fixture *state);

/** Plans to replace the attached program: object is a name as above, or any source with a colon. */
enum cgswap_status map_fixture_plan(const struct map_fixture *state, cgswap_replace **out, const char *object,
			      enum cgswap_map_policy keep);
/** The same with choices of single maps, a list that NULL ends. */
enum cgswap_status map_fixture_plan_with(const struct map_fixture *state, cgswap_replace **out,
					 const char *object, enum cgswap_map_policy keep,
					 const char *const *choices);
/** As map_fixture_plan(), and commits. */
enum cgswap_status map_fixture_swap(const struct map_fixture *state, const char *object,
			      enum cgswap_map_policy keep);

/** The id of the attached program, as the kernel reports it. */
uint32_t map_fixture_program(const struct map_fixture *state);
/**
 * The id of the only map of the attached program whose name in the kernel has this ending; 0: none,
 * or several.
 */
uint32_t map_fixture_map(const struct map_fixture *state, const char *ending);

/** True if the program uses a map of this name. */
bool map_fixture_is_used(const cgswap_program *program, const char *name);

/** One check: the step reports the map of this name as reused or new, with this reason. */
void map_fixture_said(cgswap_replace *replace, const char *map, bool kept, const char *reason);

#endif
