/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file lab.h
 * Programs 1 to 9 at egress, each of which writes its number down when it runs: a packet, and one
 * knows who ran and in which order. A list of programs is written as a number, one digit for each:
 * 213 is program 2, then 1, then 3.
 *
 * What is in a chain is read by raw calls.
 */
#ifndef TESTS_SELFTEST_FIXTURE_H
#define TESTS_SELFTEST_FIXTURE_H

#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

enum { TRACE_PROGRAMS = 9 };

struct trace {
	cgswap_session *session;
	int notes;
	int prog[TRACE_PROGRAMS + 1];
	cgswap_program *program[TRACE_PROGRAMS + 1];
	int no;                     /* lets no packet pass */
	cgswap_program *no_program;
	bool has_order;             /* of the running kernel, by raw calls */
	bool has_preorder;
	bool has_revision;
};

/** The one that a test has, from lab_open() to lab_close(). */
extern struct trace trace;

void trace_open(void);
void trace_close(void);
/** The lab's view of a cgroup's egress chain; the caller's to unref. */
cgswap_chain *trace_chain(const struct scratch *cgroup);

/** One check: the cgroup's own list. */
bool trace_holds(const struct scratch *cgroup, unsigned long digits, const char *name);
/** One check: the effective list. */
bool trace_effective(const struct scratch *cgroup, unsigned long digits, const char *name);
/** One check: these ran for a packet from the cgroup, in this order, and it passed. */
bool trace_ran(const struct scratch *cgroup, unsigned long digits, const char *name);
/** One check: no packet passes. */
bool trace_stopped(const struct scratch *cgroup, const char *name);

/** Attaches by a link. @return its descriptor, the caller's; one check. */
int trace_link(cgswap_chain *chain, unsigned digit, const char *name);
/** Takes opts as they are, without a check. */
enum cgswap_status trace_attach(cgswap_chain *chain, unsigned digit,
			      const struct cgswap_attach_opts *opts);

/**
 * One check: what needs BEFORE or AFTER was done, or on a kernel that lacks them refused, because
 * others would have to be taken off for it.
 */
bool trace_placed(enum cgswap_status status, const char *name);

/** Options of an attach, in the call. */
#define OPTS(...)                                                                      \
	(&(const struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts), \
					     __VA_ARGS__ })

#endif
