/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a process runs out of descriptors, every call that needs one gives too_many_files, with any
 * small number of descriptors left; nothing leaks, and afterwards the calls succeed.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static struct fixture fixture;
static char *object;
static cgswap_replace *replace;

static enum cgswap_status session(void)
{
	cgswap_session *out;
	enum cgswap_status status = cgswap_session_open(&out, NULL);

	cgswap_session_unref(out);
	return status;
}

static enum cgswap_status chain(void)
{
	cgswap_chain *out;
	enum cgswap_status status =
		cgswap_chain_open(&out, fixture.session, scratch_top(), "egress");

	cgswap_chain_unref(out);
	return status;
}

static enum cgswap_status program(void)
{
	cgswap_program *out;
	enum cgswap_status status = cgswap_program_open(&out, fixture.session, object, NULL);

	cgswap_program_unref(out);
	return status;
}

static enum cgswap_status by_descriptor(void)
{
	cgswap_program *out;
	enum cgswap_status status =
		cgswap_program_open(&out, fixture.session, by_fd(fixture.spare), NULL);

	cgswap_program_unref(out);
	return status;
}

static enum cgswap_status describe(void)
{
	enum cgswap_status status = cgswap_chain_read(fixture.chain);

	return status ? status : cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL);
}

/* Swaps back after a success; a failed swap must have changed nothing. */
static enum cgswap_status add(void)
{
	enum cgswap_status status = swap(fixture.session, fixture.chain, "pos:0", fixture.program);

	if (!status)
		raw_replace(fixture.cgroup.fd, fixture.progs[0], fixture.spare, EGRESS,
			    RAW_MULTI | RAW_REPLACE);
	return status;
}

/* A commit needs no new descriptor. */
static enum cgswap_status commit(void)
{
	enum cgswap_status status = cgswap_replace_commit(replace, NULL);

	return status ? status : cgswap_replace_rollback(replace);
}

static const struct {
	const char *name;
	enum cgswap_status (*call)(void);
	bool needs_some;
} calls[] = {
	{ "session", session, false },
	{ "chain", chain, true },
	{ "program from an object", program, true },
	{ "program from a descriptor", by_descriptor, true },
	{ "describe", describe, true },
	{ "swap", add, true },
	{ "commit", commit, false },
};

/* Lowers the limit so that `left` more descriptors can be opened; fills gaps first. */
static enum cgswap_status starved(enum cgswap_status (*call)(void), unsigned left)
{
	struct rlimit usual, low;
	enum cgswap_status status;
	int highest = dup(STDOUT_FILENO);

	getrlimit(RLIMIT_NOFILE, &usual);
	low = usual;
	low.rlim_cur = highest + left;
	close(highest);
	setrlimit(RLIMIT_NOFILE, &low);
	status = call();
	setrlimit(RLIMIT_NOFILE, &usual);
	return status;
}

static void starve(size_t which)
{
	const char *name = calls[which].name;
	bool refused = false;

	for (unsigned left = 0; left < 12; left++) {
		struct descriptors before = descriptors_now();
		enum cgswap_status status = starved(calls[which].call, left);
		enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

		if (status) {
			refused = true;
			expect_refusal(status, CGSWAP_CAUSE_TOO_MANY_FILES, &before,
				       "%s with %u descriptors left", name, left);
		} else {
			ok(!cause && descriptors_same(&before),
			   "%s succeeds with %u descriptors left", name, left);
		}
		chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 2, "the chain is as before");
	}
	if (calls[which].needs_some)
		ok(refused, "%s needs descriptors", name);
	expect_ok(calls[which].call(), "%s without the limit", name);
}

int main(void)
{
	need_live();
	fixture = fixture_new("starved", 2);
	object = build_path("tests/bpf/object/one_program.bpf.o");
	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, NULL), "a step");
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		starve(i);
	cgswap_replace_unref(replace);
	free(object);
	fixture_free(&fixture);
	return done_testing();
}
