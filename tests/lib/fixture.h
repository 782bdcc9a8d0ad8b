/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture.h
 * The usual fixture: one scratch cgroup with some passing programs at egress, attached by raw
 * calls in multi mode, and the library's view of it; one more program is loaded and attached
 * nowhere. Also helpers for source strings and for swaps in one line.
 */
#ifndef TESTS_LIB_FIXTURE_H
#define TESTS_LIB_FIXTURE_H

#include "cgswap.h"
#include "chains.h"
#include "scratch.h"

enum { FIXTURE_MAX = 64 };

struct fixture {
	cgswap_session *session;
	struct scratch cgroup;
	cgswap_chain *chain;
	size_t count;
	int progs[FIXTURE_MAX];    /* attached, in this order; named p0, p1 ... */
	int spare;               /* attached nowhere; named spare */
	cgswap_program *program; /* spare, through the library */
};

/** Builds a fixture with count programs; a failure ends the test. */
struct fixture fixture_new(const char *name, size_t count);
void fixture_free(struct fixture *fixture);
/** One check: the fixture's chain is the same as before. */
bool fixture_untouched(const struct fixture *fixture, const struct raw_chain *before, const char *name);
struct raw_chain fixture_chain(const struct fixture *fixture);

/** "id:N" for a program's descriptor; one of several buffers of the thread, used in turn. */
const char *by_id(int prog);
/** "fd:N"; as by_id(). */
const char *by_fd(int fd);

/**
 * Replaces one program in a transaction of its own, with default options.
 * @return the first status that is not CGSWAP_OK; the last error is that call's.
 */
enum cgswap_status swap(cgswap_session *session, cgswap_chain *chain, const char *old,
			cgswap_program *new);

#endif
