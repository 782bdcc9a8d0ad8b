/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scratch cgroup with programs that a killed process left behind is removed by the next detection
 * of preorder that makes one, which it does where it cannot probe otherwise; one that a process uses is
 * not.
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

/* Makes what a killed process leaves: a directory with a program, without a lock. */
static void make_stale(struct scratch *cgroup, int program)
{
	struct scratch left = scratch_child(cgroup, NAME);

	if (raw_attach(left.fd, program, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	close(left.fd);
}

static void detect(struct scratch *cgroup, cgswap_program *spare, cgswap_session *session)
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
	session = live_session_without("ordering");
	cgroup = scratch_new("swept");
	entry = prog_pass(EGRESS, "entry");
	other = prog_pass(EGRESS, "spare");
	spare = live_program(session, other);
	if (raw_attach(cgroup.fd, entry, EGRESS, RAW_MULTI | RAW_PREORDER))
		bail_out("cannot attach");

	make_stale(&cgroup, other);
	detect(&cgroup, spare, session);
	ok(!is_there(&cgroup), "the stale scratch cgroup is removed");

	make_stale(&cgroup, other);
	fd = openat(cgroup.fd, NAME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX))
		bail_out("cannot lock %s", NAME);
	detect(&cgroup, spare, session);
	ok(is_there(&cgroup), "a locked scratch cgroup is not removed");
	close(fd);
	detect(&cgroup, spare, session);
	ok(!is_there(&cgroup), "it is removed after the lock is released");

	cgswap_program_unref(spare);
	cgswap_session_unref(session);
	raw_close(entry);
	raw_close(other);
	return done_testing();
}
