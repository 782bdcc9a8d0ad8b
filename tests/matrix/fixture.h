/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file ground.h
 * Where the cases are made: a door, the things that rows name by words, and for each case a fresh
 * cgroup in a fresh parent. Beside it goes the shadow: the same chains as the rules make them of
 * the same steps, so that what the rules expect can be held against what is there.
 */
#ifndef GROUND_H
#define GROUND_H

#include "rules/rules.h"
#include "session/session.h"
#include "row.h"

enum { THINGS_MAX = 96, FILLERS = 64 };

struct thing {
	const char *name;
	int fd;
	enum rules_kind kind;
	struct rules_program program; /* of programs, and what a link holds */
	uint32_t link_id;
	bool of_case; /* gone with the case */
};

struct ground {
	cgswap_session *session;
	struct kernel *kernel;
	bool live;
	struct thing things[THINGS_MAX];
	size_t thing_count;
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
struct ground *ground_new(cgswap_session *session);
void ground_free(struct ground *ground);

/** Sets the scene of a row; the cgroup's chain is then opened by whoever wants it. */
void ground_set(struct ground *ground, const struct row *row);
/** What a row does just before its call: removes the cgroup, drops capabilities. */
void ground_darken(struct ground *ground);
/** Gives capabilities back. */
void ground_lighten(struct ground *ground);
/** Takes the scene down. */
void ground_clear(struct ground *ground);

/** Nothing is at a v1 hierarchy's place: no such case can be made. */
bool ground_lacks(const struct ground *ground, const char *name);

/** The thing of a name; bails out on one that is none. */
const struct thing *ground_thing(struct ground *ground, const char *name);
/** Its descriptor; NULL: 0. */
int ground_fd(struct ground *ground, const char *name);
/** The id of what an anchor names behind "id:". */
uint32_t ground_anchor_id(struct ground *ground, const char *name);
/** The descriptor of the row's target. */
int ground_target(struct ground *ground);
/** What is given for the row's guard. */
uint64_t ground_revision(const struct ground *ground);

/** The world of the row's own cgroup (or of its target "up"), as the rules see it. */
struct rules_kernel ground_rules_kernel(const struct ground *ground);
struct rules_input ground_world(struct ground *ground, const struct rules_kernel *kernel);
/** The shadow of the chain that the row is about. */
struct rules_chain *ground_chain(struct ground *ground);

#endif
