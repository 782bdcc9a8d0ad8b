/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where preorder shows in a scratch cgroup only, one that a killed process left there, with programs
 * in it, is taken away by whoever looks next; one that somebody uses right now is let alone.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char NAME[] = "cgswap-scratch-0";

static bool is_there(const struct scratch *cgroup)
{
	struct stat stat;

	return fstatat(cgroup->fd, NAME, &stat, 0) == 0;
}

/* As a process is that was killed in the middle: a directory, a program in it, and no lock. */
static void leave(struct scratch *cgroup, int program)
{
	struct scratch left = scratch_child(cgroup, NAME);

	if (raw_attach(left.fd, program, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	close(left.fd);
}

static void look(struct scratch *cgroup, cgswap_program *spare, cgswap_session *session)
{
	cgswap_chain *chain = live_chain(session, cgroup->path, "egress");
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", spare, NULL), "a step is added");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
}

int main(void)
{
	struct scratch cgroup;
	cgswap_session *session;
	cgswap_program *spare;
	int entry, other, fd;

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	session = live_session();
	cgroup = scratch_new("swept");
	entry = prog_pass(EGRESS, "entry");
	other = prog_pass(EGRESS, "spare");
	spare = live_program(session, other);
	if (raw_attach(cgroup.fd, entry, EGRESS, RAW_MULTI | RAW_PREORDER))
		bail_out("cannot attach");

	leave(&cgroup, other);
	look(&cgroup, spare, session);
	ok(!is_there(&cgroup), "what was left is gone");

	leave(&cgroup, other);
	fd = openat(cgroup.fd, NAME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX))
		bail_out("cannot lock %s", NAME);
	look(&cgroup, spare, session);
	ok(is_there(&cgroup), "what somebody holds is let alone");
	close(fd);
	look(&cgroup, spare, session);
	ok(!is_there(&cgroup), "until it is let go");

	cgswap_program_unref(spare);
	cgswap_session_unref(session);
	raw_close(entry);
	raw_close(other);
	return done_testing();
}
