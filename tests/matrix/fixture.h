/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file ground.h
 * Where the cases are made: a door, the things that rows name by words, and for each case a fresh
 * cgroup in a fresh parent. Beside it goes the shadow: the same chains as the rules make them of
 * the same steps, so that what the rules expect can be held against what is there.
 */
#ifndef TESTS_MATRIX_FIXTURE_H
#define TESTS_MATRIX_FIXTURE_H

#include "rules/rules.h"
#include "session/session.h"
#include "row.h"

enum { FIXTURE_OBJECTS_MAX = 96, FILLERS = 64 };

struct fixture_object {
	const char *name;
	int fd;
	enum rules_kind kind;
	struct rules_program program; /* of programs, and what a link holds */
	uint32_t link_id;
	bool of_case; /* gone with the case */
};

struct fixture {
	cgswap_session *session;
	struct kernel *kernel;
	bool live;
	struct fixture_object objects[FIXTURE_OBJECTS_MAX];
	size_t object_count;
	int fillers[FILLERS];

	/* of one case */
	const struct row *row;
	unsigned cases;
	char up_path[512], path[512];
	int up, here;
	uint32_t type; /* of the hook */
	bool removed;
	enum rules_target target;
	struct rules_chain up_chain, chain, empty;
	const struct rules_chain *above[1];
};

/** On a session's kernel: the running one or the modelled one. What fails ends the test. */
struct fixture *fixture_new(cgswap_session *session);
void fixture_free(struct fixture *fixture);

/** Sets the scene of a row; the cgroup's chain is then opened by whoever wants it. */
void fixture_set(struct fixture *fixture, const struct row *row);
/** What a row does just before its call: removes the cgroup, drops capabilities. */
void fixture_darken(struct fixture *fixture);
/** Gives capabilities back. */
void fixture_lighten(struct fixture *fixture);
/** Takes the scene down. */
void fixture_clear(struct fixture *fixture);

/** Nothing is at a v1 hierarchy's place: no such case can be made. */
bool fixture_lacks(const struct fixture *fixture, const char *name);

/** The thing of a name; bails out on one that is none. */
const struct fixture_object *fixture_object(struct fixture *fixture, const char *name);
/** Its descriptor; NULL: 0. */
int fixture_fd(struct fixture *fixture, const char *name);
/** The id of what an anchor names behind "id:". */
uint32_t fixture_anchor_id(struct fixture *fixture, const char *name);
/** The descriptor of the row's target. */
int fixture_target(struct fixture *fixture);
/** What is given for the row's guard. */
uint64_t fixture_revision(const struct fixture *fixture);

/** The world of the row's own cgroup (or of its target "up"), as the rules see it. */
struct rules_kernel fixture_rules_kernel(const struct fixture *fixture);
struct rules_input fixture_world(struct fixture *fixture, const struct rules_kernel *kernel);
/** The shadow of the chain that the row is about. */
struct rules_chain *fixture_chain(struct fixture *fixture);

#endif
