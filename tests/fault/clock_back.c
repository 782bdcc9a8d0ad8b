/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock is set back by an hour between two transactions that are held: the later one has the greater
 * number, also where the file that has the last number is gone; an undo takes it back first, and the
 * earlier one after it.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <time.h>
#include <unistd.h>

static time_t back;
static struct fixture fixture;
static cgswap_session *session;

int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
	int err = __real_clock_gettime(clock, out);

	if (clock == CLOCK_REALTIME)
		out->tv_sec -= back;
	return err;
}

/* Returns the number of the transaction. */
static uint64_t replace(int old, int new)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1 };
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, new);
	cgswap_replace *transaction;
	uint64_t id;

	if (cgswap_replace_new(&transaction, session, &opts) ||
	    cgswap_replace_add(transaction, chain, by_id(old), program, NULL) ||
	    cgswap_replace_commit(transaction, NULL))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	id = cgswap_replace_get_id(transaction);
	cgswap_replace_unref(transaction);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return id;
}

static void there_and_back(const int programs[3], bool lock_is_removed)
{
	uint64_t first, second;

	back = 0;
	first = replace(programs[0], programs[1]);
	back = 3600;
	if (lock_is_removed && unlink(state_dir_file("lock")))
		bail_out("the lock has no file");
	second = replace(programs[1], programs[2]);
	ok(second > first, "the later transaction has the greater number");
	expect_ok(cgswap_session_undo(NULL, session, NULL), "an undo");
	chain_is(fixture.cgroup.fd, EGRESS, &programs[1], 1, "it takes back the later one");
	expect_ok(cgswap_session_undo(NULL, session, NULL), "another undo");
	chain_is(fixture.cgroup.fd, EGRESS, &programs[0], 1, "it takes back the earlier one");
}

int main(void)
{
	struct cgswap_session_opts opts = { .sz = sizeof(opts) };
	int programs[3];

	need_live();
	bpffs_private();
	fixture = fixture_new("clock-back", 2);
	raw_detach(fixture.cgroup.fd, fixture.progs[1], EGRESS);
	programs[0] = fixture.progs[0];
	programs[1] = fixture.progs[1];
	programs[2] = fixture.spare;
	opts.bpffs = BPFFS;
	opts.scratch_cgroup = live_scratch;
	opts.state_dir = state_dir();
	if (cgswap_session_open(&session, &opts))
		bail_out("no session");
	there_and_back(programs, false);
	there_and_back(programs, true);
	ok(state_dir_is_clean(), "nothing is left");
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
