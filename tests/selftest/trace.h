/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file trace.h
 * Programs 1 to 9 at egress. Each writes its number into a map when it runs, so that one packet shows
 * which programs ran in which order. Lists of programs are written as a number, one digit each: 213 is
 * program 2, then 1, then 3. Chains are read by raw calls.
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
	int no;                     /* drops every packet */
	cgswap_program *no_program;
	bool has_order;             /* features of the running kernel, found out by raw calls */
	bool has_preorder;
	bool has_revision;
};

/** The only instance, from trace_open() to trace_close(). */
extern struct trace trace;

void trace_open(void);
void trace_close(void);
/** Opens the egress chain of a cgroup. The caller must unref it. */
cgswap_chain *trace_chain(const struct scratch *cgroup);

/** Checks the cgroup's own list. */
bool trace_holds(const struct scratch *cgroup, unsigned long digits, const char *name);
/** Checks the effective list. */
bool trace_effective(const struct scratch *cgroup, unsigned long digits, const char *name);
/** Checks that these programs run in this order for a packet from the cgroup, and that it passes. */
bool trace_ran(const struct scratch *cgroup, unsigned long digits, const char *name);
/** Checks that a packet is dropped. */
bool trace_stopped(const struct scratch *cgroup, const char *name);

/** Attaches by a link and checks the result. @return the descriptor, which the caller must close. */
int trace_link(cgswap_chain *chain, unsigned digit, const char *name);
/** Attaches with the given options, without a check. */
enum cgswap_status trace_attach(cgswap_chain *chain, unsigned digit,
			      const struct cgswap_attach_opts *opts);

/**
 * Checks that a call that needs BEFORE or AFTER succeeded, or failed on a kernel without them, where other
 * entries would have to be detached.
 */
bool trace_placed(enum cgswap_status status, const char *name);

/** Attach options, as a compound literal. */
#define OPTS(...)                                                                      \
	(&(const struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts), \
					     __VA_ARGS__ })

#endif
