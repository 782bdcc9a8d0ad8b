/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture.h
 * The fixture of a case: the objects that rows name, and for each case a new cgroup in a new parent. The
 * rules predict the same chains from the same steps, so that they can be compared with the chains
 * of the kernel.
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
	struct rules_program program; /* a program, or a link's program */
	uint32_t link_id;
	bool of_case; /* freed with the case */
};

struct fixture {
	cgswap_session *session;
	struct kernel *kernel;
	bool live;
	struct fixture_object objects[FIXTURE_OBJECTS_MAX];
	size_t object_count;
	int fillers[FILLERS];

	/* the current case */
	const struct row *row;
	unsigned cases;
	char up_path[512], path[512];
	int up, here;
	uint32_t type; /* attach type */
	bool removed;
	enum rules_target target;
	struct rules_chain up_chain, chain, empty;
	const struct rules_chain *above[1];
};

/** Uses the session's kernel, which is the running one or a model. An error ends the test. */
struct fixture *fixture_new(cgswap_session *session);
void fixture_free(struct fixture *fixture);

/** Sets up cgroups and chains for a row. */
void fixture_set(struct fixture *fixture, const struct row *row);
/** Removes the cgroup or drops capabilities, as the row says, just before its call. */
void fixture_before_call(struct fixture *fixture);
/** Restores the capabilities. */
void fixture_after_call(struct fixture *fixture);
/** Removes what the row's setup made. */
void fixture_clear(struct fixture *fixture);

/** Returns true for a cgroup v1 hierarchy where the machine has none. */
bool fixture_lacks_object(const struct fixture *fixture, const char *name);

/** Finds an object by its name. An unknown name ends the test. */
const struct fixture_object *fixture_object(struct fixture *fixture, const char *name);
/** Returns the descriptor of an object; 0 for NULL. */
int fixture_fd(struct fixture *fixture, const char *name);
/** Returns the id of the object that follows "id:" in an anchor. */
uint32_t fixture_anchor_id(struct fixture *fixture, const char *name);
/** Returns the descriptor of the row's target. */
int fixture_target(struct fixture *fixture);
/** Returns the expected revision that the row passes. */
uint64_t fixture_revision(const struct fixture *fixture);

/** The rules' input for the row's own cgroup, or for its target "up". */
struct rules_kernel fixture_rules_kernel(const struct fixture *fixture);
struct rules_input fixture_rules_input(struct fixture *fixture, const struct rules_kernel *kernel);
/** The predicted chain of the row's target. */
struct rules_chain *fixture_chain(struct fixture *fixture);

#endif
