/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The size of an option struct is checked: a size that is too small or above the limit is a bad
 * argument; a larger struct is accepted if its unknown tail is zero.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <string.h>

enum { LARGE = 8192, LIMIT = 4096 };

static struct fixture fixture;
static cgswap_replace *replace;

static enum cgswap_status session(const void *opts)
{
	cgswap_session *out;
	enum cgswap_status status = cgswap_session_open(&out, opts);

	cgswap_session_unref(out);
	return status;
}

static enum cgswap_status program(const void *opts)
{
	cgswap_program *out;
	enum cgswap_status status =
		cgswap_program_open(&out, fixture.session, by_fd(fixture.spare), opts);

	cgswap_program_unref(out);
	return status;
}

static enum cgswap_status replace_new(const void *opts)
{
	cgswap_replace *out;
	enum cgswap_status status = cgswap_replace_new(&out, fixture.session, opts);

	cgswap_replace_unref(out);
	return status;
}

static enum cgswap_status step(const void *opts)
{
	cgswap_replace *out;
	enum cgswap_status status = cgswap_replace_new(&out, fixture.session, NULL);

	if (!status)
		status = cgswap_replace_add(out, fixture.chain, "pos:0", fixture.program, opts);
	cgswap_replace_unref(out);
	return status;
}

static enum cgswap_status commit(const void *opts)
{
	return cgswap_replace_commit(replace, opts);
}

/* This and detach() leave the chain with one entry: the attached program is detached again. */
static enum cgswap_status attach(const void *opts)
{
	enum cgswap_status status = cgswap_chain_attach(fixture.chain, fixture.program, opts);

	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	return status;
}

static enum cgswap_status detach(const void *opts)
{
	raw_attach(fixture.cgroup.fd, fixture.spare, EGRESS, RAW_MULTI);
	return cgswap_chain_detach(fixture.chain, by_fd(fixture.spare), opts);
}

static void sizes(const char *name, enum cgswap_status (*call)(const void *), size_t size)
{
	union {
		size_t sz;
		unsigned char bytes[LARGE];
	} opts;

	memset(&opts, 0, sizeof(opts));
	EXPECT_CAUSE(call(&opts), BAD_ARGUMENT, "%s: size 0", name);
	opts.sz = size - 1;
	EXPECT_CAUSE(call(&opts), BAD_ARGUMENT, "%s: one byte too small", name);
	opts.sz = sizeof(size_t);
	EXPECT_CAUSE(call(&opts), BAD_ARGUMENT, "%s: only the size", name);
	opts.sz = LIMIT + 1;
	EXPECT_CAUSE(call(&opts), BAD_ARGUMENT, "%s: a size above %d", name, LIMIT);
	opts.sz = (size_t)-1;
	EXPECT_CAUSE(call(&opts), BAD_ARGUMENT, "%s: the largest size", name);
	opts.sz = size + 8;
	opts.bytes[size + 7] = 1;
	EXPECT_CAUSE(call(&opts), BAD_ARGUMENT, "%s: a nonzero byte at the end of the tail", name);
	opts.bytes[size + 7] = 0;
	opts.bytes[size] = 1;
	EXPECT_CAUSE(call(&opts), BAD_ARGUMENT, "%s: a nonzero byte right after the struct", name);
	opts.bytes[size] = 0;
	expect_ok(call(&opts), "%s: a tail of zeros", name);
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	opts.sz = LIMIT;
	expect_ok(call(&opts), "%s: the largest allowed size", name);
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	opts.sz = size;
	expect_ok(call(&opts), "%s: the exact size", name);
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	expect_ok(call(NULL), "%s: no options", name);
}

int main(void)
{
	const struct cgswap_step_opts constants = { .sz = sizeof(constants), .constants = 3 };
	const struct cgswap_program_opts constants_p = { .sz = sizeof(constants_p), .constants = 3 };
	const struct cgswap_step_opts preorder = { .sz = sizeof(preorder), .preorder = 3 };
	const struct cgswap_attach_opts order = { .sz = sizeof(order), .preorder = 3 };
	const struct cgswap_attach_opts spare_a = { .sz = sizeof(spare_a), .reserved = 1 };
	const struct cgswap_detach_opts spare_d = { .sz = sizeof(spare_d), .reserved = 1 };
	const struct cgswap_session_opts kernel = { .sz = sizeof(kernel), .kernel = "dos" };
	const struct cgswap_session_opts off = { .sz = sizeof(off), .disable_features = "wings" };
	const struct cgswap_session_opts spare_s = { .sz = sizeof(spare_s), .reserved = 1 };
	const struct cgswap_session_opts time_s = { .sz = sizeof(time_s), .retry_time_ms = -2 };
	const struct cgswap_commit_opts spare_c = { .sz = sizeof(spare_c), .reserved = 1 };
	const struct cgswap_commit_opts time_c = { .sz = sizeof(time_c), .retry_time_ms = -2 };

	need_live();
	fixture = fixture_new("options", 1);
	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "an empty transaction");
	sizes("session", session, sizeof(struct cgswap_session_opts));
	sizes("program", program, sizeof(struct cgswap_program_opts));
	sizes("replace", replace_new, sizeof(struct cgswap_replace_opts));
	sizes("step", step, sizeof(struct cgswap_step_opts));
	sizes("commit", commit, sizeof(struct cgswap_commit_opts));
	sizes("attach", attach, sizeof(struct cgswap_attach_opts));
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	sizes("detach", detach, sizeof(struct cgswap_detach_opts));
	EXPECT_CAUSE(step(&constants), BAD_ARGUMENT, "constants 3, step");
	EXPECT_CAUSE(program(&constants_p), BAD_ARGUMENT, "constants 3, program");
	EXPECT_CAUSE(attach(&spare_a), BAD_ARGUMENT, "the reserved field of attach");
	EXPECT_CAUSE(detach(&spare_d), BAD_ARGUMENT, "the reserved field of detach");
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	EXPECT_CAUSE(step(&preorder), BAD_ARGUMENT, "preorder 3, step");
	EXPECT_CAUSE(attach(&order), BAD_ARGUMENT, "preorder 3, attach");
	EXPECT_CAUSE(session(&kernel), BAD_ARGUMENT, "an unknown kernel");
	EXPECT_CAUSE(session(&spare_s), BAD_ARGUMENT, "the reserved field of a session");
	EXPECT_CAUSE(session(&time_s), BAD_ARGUMENT, "a negative retry time of a session");
	EXPECT_CAUSE(commit(&spare_c), BAD_ARGUMENT, "the reserved field of a commit");
	EXPECT_CAUSE(commit(&time_c), BAD_ARGUMENT, "a negative retry time of a commit");
	EXPECT_CAUSE(session(&off), BAD_ARGUMENT, "an unknown feature to disable");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 1, "the chain is as before");
	cgswap_replace_unref(replace);
	fixture_free(&fixture);
	return done_testing();
}
