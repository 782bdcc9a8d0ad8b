/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads can open handles from one session at the same time: each call waits for the running one,
 * and all succeed. A call from inside a callback of the session, which would wait for itself, is an
 * error.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS = 8, CHAINS = 375, LOADS = 25 };

static struct fixture fixture;
static char *object;
static atomic_uint chains, programs, walks, cgroups;

static int count_cgroup(const char *cgroup, void *user)
{
	(void)cgroup;
	(void)user;
	cgroups++;
	return 0;
}

static void *open_many(void *unused)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };

	(void)unused;
	for (int i = 0; i < CHAINS; i++) {
		cgswap_program *program;
		cgswap_chain *chain;

		if (!cgswap_chain_open(&chain, fixture.session, fixture.cgroup.path, "egress"))
			chains += cgswap_chain_get_length(chain) == fixture.count;
		cgswap_chain_unref(chain);
		if (i % (CHAINS / LOADS))
			continue;
		programs += !cgswap_program_open(&program, fixture.session, object, &egress);
		cgswap_program_unref(program);
		walks += !cgswap_session_walk(fixture.session, fixture.cgroup.path, count_cgroup,
					      NULL);
	}
	return NULL;
}

static void in_threads(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, open_many, NULL))
			bail_out("no thread");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	is_int(chains, THREADS * CHAINS, "every chain was opened");
	is_int(programs, THREADS * LOADS, "every program was loaded");
	is_int(walks, THREADS * LOADS, "every walk succeeded");
	is_int(cgroups, THREADS * LOADS, "every walk visited the cgroup");
}

static enum cgswap_cause cause_inside;

static void open_inside(int level, const char *line, void *user)
{
	cgswap_chain *chain;

	(void)level;
	(void)line;
	cgswap_chain_open(&chain, fixture.session, user, "egress");
	cause_inside = cgswap_error_get_cause(cgswap_last_error());
	ok(!chain, "the out parameter is NULL");
}

/* The log callback gets the verifier's log while the session is in use. */
static void from_a_callback(void)
{
	char *broken = build_path("tests/bpf/object/not_verifiable.bpf.o");
	cgswap_program *program;

	cgswap_session_set_log(fixture.session, open_inside, fixture.cgroup.path, NULL);
	cgswap_program_open(&program, fixture.session, broken, NULL);
	cgswap_session_set_log(fixture.session, NULL, NULL, NULL);
	if (cause_inside)
		is_int(cause_inside, CGSWAP_CAUSE_HANDLE_IN_USE, "a call from the log callback");
	free(broken);
}

static int open_in_walk(const char *cgroup, void *user)
{
	cgswap_chain *chain;

	(void)user;
	expect_ok(cgswap_chain_open(&chain, fixture.session, cgroup, "egress"),
		  "a chain is opened from a walk");
	EXPECT_CAUSE(cgswap_session_close(fixture.session), HANDLE_IN_USE,
		     "closing the session from a walk");
	cgswap_chain_unref(chain);
	return 0;
}

int main(void)
{
	need_live();
	fixture = fixture_new("shared", 3);
	object = build_path("tests/bpf/object/one_program.bpf.o");
	in_threads();
	from_a_callback();
	expect_ok(cgswap_session_walk(fixture.session, fixture.cgroup.path, open_in_walk, NULL),
		  "the walk succeeds");
	free(object);
	fixture_free(&fixture);
	return done_testing();
}
