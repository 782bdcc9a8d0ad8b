/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each change counts one up, and a change that is bound to a revision is made at that one only:
 * attach, plainly and by a link, detach and replace. A kernel that does not count says so, and is
 * not asked to change anything unguarded.
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
	is_int(now.revision, revision, "%s counts one", name);
	is_int(cgswap_chain_get_revision(chain), revision, "and the chain knows it");
}

static void guarded(void)
{
	struct raw_chain now = chain_now(cgroup.fd, EGRESS);

	revision = now.revision;
	expect_ok(attach_at(revision, 1), "attach");
	counted("attach");
	EXPECT_CAUSE(attach_at(revision - 1, 2), REVISION_CHANGED, "attach at an old one");
	EXPECT_CAUSE(attach_at(revision + 1, 2), REVISION_CHANGED, "attach at one to come");
	EXPECT_CAUSE(link_at(revision - 1, 2), REVISION_CHANGED, "a link at an old one");
	is_int(link_fd, -1, "and there is none");
	expect_ok(link_at(revision, 2), "a link");
	counted("a link");
	EXPECT_CAUSE(swap_at(revision - 1, 1, 3), REVISION_CHANGED, "replace at an old one");
	EXPECT_CAUSE(swap_at(revision - 1, 2, 3), REVISION_CHANGED, "in a link at an old one");
	EXPECT_CAUSE(detach_at(revision - 1, 1), REVISION_CHANGED, "detach at an old one");
	EXPECT_CAUSE(detach_at(revision - 1, 2), REVISION_CHANGED, "of a link at an old one");
	trace_holds(&cgroup, 12, "all refusals left it as it was");
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
	is_int(cgswap_chain_get_revision(chain), 0, "the kernel has no revisions");
	expect_ok(trace_attach(chain, 1, NULL), "a program");
	EXPECT_CAUSE(attach_at(1, 2), KERNEL_LACKS_FEATURE, "attach");
	EXPECT_CAUSE(link_at(1, 2), KERNEL_LACKS_FEATURE, "a link");
	EXPECT_CAUSE(swap_at(1, 1, 2), KERNEL_LACKS_FEATURE, "replace");
	EXPECT_CAUSE(detach_at(1, 1), KERNEL_LACKS_FEATURE, "detach");
	trace_holds(&cgroup, 1, "nothing was done without the guard");
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
