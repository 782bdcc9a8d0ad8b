/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each change increments the revision, and a change with an expected revision is made only at that
 * revision: attach, plain and by a link, detach and replace. On a kernel without revisions such a
 * change fails and changes nothing.
 */
#include "trace.h"

static struct scratch cgroup;
static cgswap_chain *chain;
static uint64_t revision;
static int link_fd = -1;

static enum cgswap_status attach_at(uint64_t expected, unsigned digit)
{
	return trace_attach(chain, digit, OPTS(.expected_revision = expected));
}

static enum cgswap_status link_at(uint64_t expected, unsigned digit)
{
	return trace_attach(chain, digit,
			  OPTS(.expected_revision = expected, .link = 1, .link_fd = &link_fd));
}

static enum cgswap_status detach_at(uint64_t expected, unsigned digit)
{
	const struct cgswap_detach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = expected,
	};

	return cgswap_chain_detach(chain, by_id(trace.prog[digit]), &opts);
}

static enum cgswap_status swap_at(uint64_t expected, unsigned old, unsigned new)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = expected,
	};
	cgswap_replace *replace;
	enum cgswap_status status;

	cgswap_replace_new(&replace, trace.session, NULL);
	status = cgswap_replace_add(replace, chain, by_id(trace.prog[old]), trace.program[new], &opts);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}

static void counted(const char *name)
{
	struct raw_chain now = chain_now(cgroup.fd, EGRESS);

	revision++;
	is_int(now.revision, revision, "%s increments the revision", name);
	is_int(cgswap_chain_get_revision(chain), revision, "the chain handle has the new revision");
}

static void guarded(void)
{
	struct raw_chain now = chain_now(cgroup.fd, EGRESS);

	revision = now.revision;
	expect_ok(attach_at(revision, 1), "attach");
	counted("attach");
	EXPECT_CAUSE(attach_at(revision - 1, 2), REVISION_CHANGED, "attach at an old revision");
	EXPECT_CAUSE(attach_at(revision + 1, 2), REVISION_CHANGED, "attach at a future revision");
	EXPECT_CAUSE(link_at(revision - 1, 2), REVISION_CHANGED, "a link at an old revision");
	is_int(link_fd, -1, "no descriptor is returned");
	expect_ok(link_at(revision, 2), "a link");
	counted("a link");
	EXPECT_CAUSE(swap_at(revision - 1, 1, 3), REVISION_CHANGED, "replace at an old revision");
	EXPECT_CAUSE(swap_at(revision - 1, 2, 3), REVISION_CHANGED, "replace in a link at an old revision");
	EXPECT_CAUSE(detach_at(revision - 1, 1), REVISION_CHANGED, "detach at an old revision");
	EXPECT_CAUSE(detach_at(revision - 1, 2), REVISION_CHANGED, "detach of a link at an old revision");
	trace_holds(&cgroup, 12, "the errors changed nothing");
	expect_ok(swap_at(revision, 1, 3), "replace");
	expect_ok(cgswap_chain_read(chain), "read");
	counted("replace");
	expect_ok(swap_at(revision, 2, 4), "replace in a link");
	expect_ok(cgswap_chain_read(chain), "read");
	counted("replace in a link");
	expect_ok(detach_at(revision, 3), "detach");
	counted("detach");
	expect_ok(detach_at(revision, 4), "detach of a link");
	counted("detach of a link");
	raw_close(link_fd);
}

static void not_here(void)
{
	is_int(cgswap_chain_get_revision(chain), 0, "the chain's revision is 0");
	expect_ok(trace_attach(chain, 1, NULL), "a program");
	EXPECT_CAUSE(attach_at(1, 2), KERNEL_LACKS_FEATURE, "attach");
	EXPECT_CAUSE(link_at(1, 2), KERNEL_LACKS_FEATURE, "a link");
	EXPECT_CAUSE(swap_at(1, 1, 2), KERNEL_LACKS_FEATURE, "replace");
	EXPECT_CAUSE(detach_at(1, 1), KERNEL_LACKS_FEATURE, "detach");
	trace_holds(&cgroup, 1, "nothing was changed without the expected revision");
}

int main(void)
{
	trace_open();
	cgroup = scratch_new("revision");
	chain = trace_chain(&cgroup);
	if (trace.has_revision)
		guarded();
	else
		not_here();
	cgswap_chain_unref(chain);
	trace_close();
	return done_testing();
}
