/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preorder is kept where no scratch cgroup can be made (cgroup.max.descendants): the library
 * attaches a probe program as preorder next to the entry. The kernel rejects that for a plain
 * entry; for a preorder entry the probe is detached again, and only the revision shows it, which the
 * snapshot of the chain and the expected revision of this step and of later ones follow. The log has a
 * line on the probe: at DEBUG, or at INFO if it was attached.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void allow_no_children(const struct scratch *cgroup)
{
	int fd = openat(cgroup->fd, "cgroup.max.descendants", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1", 1) != 1)
		bail_out("cannot set the limit of descendants: %s", strerror(errno));
	close(fd);
}

static unsigned probes[CGSWAP_LOG_DEBUG + 1]; /* lines on probes, by their levels */

static void listen(int level, const char *line, void *user)
{
	(void)user;
	probes[level] += strstr(line, "probe program") != NULL;
}

static void replace_one(uint32_t flags, uint64_t trace, const char *name)
{
	struct scratch parent = scratch_new(name), child = scratch_child(&parent, "child");
	cgswap_session *session = live_session();
	int old = prog_pass(EGRESS, "old"), new = prog_pass(EGRESS, "new");
	int lower = prog_pass(EGRESS, "lower");
	const int order[] = { flags ? new : lower, flags ? lower : new };
	cgswap_program *program = live_program(session, new);
	struct cgswap_step_opts opts = { .sz = sizeof(opts) };
	cgswap_replace *replace;
	cgswap_chain *chain;
	uint64_t revision;

	if (raw_attach(parent.fd, old, EGRESS, RAW_MULTI | flags) ||
	    raw_attach(child.fd, lower, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	allow_no_children(&parent);
	chain = live_chain(session, parent.path, "egress");
	revision = chain_now(parent.fd, EGRESS).revision;
	memset(probes, 0, sizeof(probes));
	expect_ok(cgswap_session_set_log(session, listen, NULL, NULL), "%s: a log", name);
	expect_ok(cgswap_replace_new(&replace, session, NULL), "%s: a transaction", name);
	opts.expected_revision = revision;
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", program, &opts), "%s: a step", name);
	is_int(cgswap_step_get_probe_attached(cgswap_replace_get_step(replace, 0)), trace != 0,
	       "%s: the step says if the probe was attached", name);
	is_int(probes[CGSWAP_LOG_INFO], trace != 0, "%s: the log says that it was", name);
	is_int(probes[CGSWAP_LOG_DEBUG], !trace, "%s: or that the kernel rejected it", name);
	is_int(cgswap_chain_get_revision(chain), revision + trace, "%s: the snapshot is new", name);
	expect_ok(cgswap_replace_check(replace), "%s: the revision is as expected", name);
	is_int(chain_now(parent.fd, EGRESS).revision - revision, trace,
	       "%s: changes of the revision", name);
	chain_is(parent.fd, EGRESS, &old, 1, "the probe program is gone");
	expect_ok(cgswap_replace_commit(replace, NULL), "%s: it is swapped", name);
	effective_is(child.fd, EGRESS, order, 2, "the effective order is kept");

	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
	raw_close(old);
	raw_close(new);
	raw_close(lower);
}

int main(void)
{
	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	need_flags(RAW_MULTI | RAW_BEFORE, "BPF_F_BEFORE");
	replace_one(0, 0, "plain");
	replace_one(RAW_PREORDER, 2, "preorder");
	return done_testing();
}
