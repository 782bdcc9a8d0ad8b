/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own selftest of BPF_F_REPLACE passes through the library: five nested cgroups have
 * programs that add 1, 2, 4, 8, ... to one map, and after one packet from the innermost cgroup the
 * sum shows which programs ran. Cases that the library cannot express (REPLACE in another mode) are
 * raw calls.
 */
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/traffic.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { LEVELS = 5, PROGRAMS = 8 };

static cgswap_session *session;
static struct scratch level[LEVELS];
static cgswap_chain *chain[LEVELS];
static int prog[PROGRAMS];          /* prog[n] adds 1 << n */
static cgswap_program *program[PROGRAMS];
static int sum_map;

static void build(void)
{
	session = live_session();
	sum_map = raw_array_create(1);
	scratch_nest(level, LEVELS);
	for (int i = 0; i < LEVELS; i++)
		chain[i] = live_chain(session, level[i].path, "egress");
	for (unsigned i = 0; i < PROGRAMS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "adds_%u", 1U << i);
		prog[i] = prog_add(sum_map, 1U << i, name);
		program[i] = live_program(session, prog[i]);
	}
}

static void sum_is(uint64_t wanted, const char *when)
{
	uint64_t sum = 0;

	raw_map_update(sum_map, 0, 0);
	if (traffic_send(&level[LEVELS - 1], 1) || raw_map_lookup(sum_map, 0, &sum))
		bail_out("no packet was sent");
	is_int(sum, wanted, "the sum is %llu %s", (unsigned long long)wanted, when);
}

static void attach(int where, int what, enum cgswap_mode mode)
{
	const struct cgswap_attach_opts opts = { .sz = sizeof(opts), .mode = mode };

	expect_ok(cgswap_chain_attach(chain[where], program[what], &opts),
		  "program %d is attached to cgroup %d", what, where + 1);
}

static void attach_all(void)
{
	attach(0, 0, CGSWAP_MODE_MULTI);
	EXPECT_CAUSE(cgswap_chain_attach(chain[0], program[0], NULL), ALREADY_ATTACHED,
		     "the same program is attached twice");
	attach(0, 1, CGSWAP_MODE_MULTI);
	attach(1, 2, CGSWAP_MODE_OVERRIDE);
	attach(2, 3, CGSWAP_MODE_MULTI);
	attach(3, 4, CGSWAP_MODE_OVERRIDE);
	attach(4, 5, CGSWAP_MODE_NONE);
	sum_is(1 + 2 + 8 + 32, "before the replace");
}

static void query_effective(void)
{
	const int wanted[] = { prog[5], prog[3], prog[0], prog[1] };

	expect_ok(cgswap_chain_read_effective(chain[4]), "the effective programs are read");
	is_int(cgswap_chain_get_effective_length(chain[4]), 4, "there are four effective programs");
	for (int i = 0; i < 4; i++)
		is_int(cgswap_chain_get_effective_id(chain[4], i), raw_prog_id(wanted[i]),
		       "effective program %d", i);
	is_int(cgswap_chain_get_effective_id(chain[4], 4), 0,
	       "a fifth effective program has the id 0");
	is_int(cgswap_chain_get_length(chain[4]), 1, "the innermost cgroup itself has one");
	is_int(cgswap_chain_get_mode(chain[4]), CGSWAP_MODE_NONE, "it is in none mode");
}

static void kernel_refuses(uint32_t flags, int old, int wanted, const char *what)
{
	int result = raw_replace(level[0].fd, prog[6], old, EGRESS, flags);

	ok(result == -1 && errno == wanted, "the kernel rejects %s", what);
}

static void replace_on_top(void)
{
	struct raw_chain before = chain_now(level[0].fd, EGRESS);
	const int after[] = { prog[6], prog[1] };
	struct raw_chain now;

	kernel_refuses(RAW_OVERRIDE | RAW_REPLACE, prog[0], EINVAL, "REPLACE with OVERRIDE");
	kernel_refuses(RAW_REPLACE, prog[0], EINVAL, "REPLACE alone");
	kernel_refuses(RAW_MULTI | RAW_REPLACE, -1, EBADF, "REPLACE of descriptor -1");
	EXPECT_CAUSE(swap(session, chain[0], "fd:1000", program[6]), BAD_DESCRIPTOR,
		     "replacing a descriptor that is not open");
	EXPECT_CAUSE(swap(session, chain[0], by_fd(prog[3]), program[6]), NOT_ATTACHED,
		     "replacing a program of another cgroup");
	chain_untouched(level[0].fd, EGRESS, &before, "after all errors");

	expect_ok(swap(session, chain[0], by_fd(prog[0]), program[6]), "the first is replaced");
	chain_is(level[0].fd, EGRESS, after, 2, "the new program is at the old one's position");
	now = chain_now(level[0].fd, EGRESS);
	is_int(now.revision, before.revision + kernel_has_revision(), "the revision changed once");
	sum_is(64 + 2 + 8 + 16, "after the replace");
}

int main(void)
{
	need_live();
	build();
	attach_all();
	query_effective();
	expect_ok(cgswap_chain_detach(chain[4], by_fd(prog[5]), NULL),
		  "the fifth cgroup's program is detached");
	sum_is(1 + 2 + 8 + 16, "without the fifth");
	replace_on_top();
	expect_ok(cgswap_chain_detach(chain[2], by_id(prog[3]), NULL),
		  "the third cgroup's program is detached");
	sum_is(64 + 2 + 16, "without the third");
	expect_ok(cgswap_chain_detach(chain[3], by_id(prog[4]), NULL),
		  "the fourth cgroup's program is detached");
	sum_is(64 + 2 + 4, "without the fourth");

	for (int i = 0; i < PROGRAMS; i++) {
		cgswap_program_unref(program[i]);
		close(prog[i]);
	}
	for (int i = 0; i < LEVELS; i++)
		cgswap_chain_unref(chain[i]);
	cgswap_session_unref(session);
	close(sum_map);
	return done_testing();
}
