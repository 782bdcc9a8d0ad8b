/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One thread reads a program, a chain, an object and a step by their getters while another closes the
 * session: what was returned stays valid until the handle is freed. The sanitizers see any use of
 * freed memory; without them, the texts are compared.
 */
#include "../lib/attach_types.h"
#include "../lib/descriptors.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 300 };

static struct scratch cgroup;
static int programs[2];
static char *file;
static cgswap_session *session;
static cgswap_chain *chain;
static cgswap_program *program;
static cgswap_object *object;
static cgswap_replace *replace;
static pthread_barrier_t barrier;
static atomic_uint odd;

static void need(enum cgswap_status status)
{
	if (status)
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
}

static void open_all(void)
{
	char source[32];

	session = live_session();
	chain = live_chain(session, cgroup.path, "egress");
	snprintf(source, sizeof(source), "fd:%d", programs[1]);
	need(cgswap_program_open(&program, session, source, NULL));
	need(cgswap_object_open(&object, session, file));
	need(cgswap_replace_new(&replace, session, NULL));
	need(cgswap_replace_add(replace, chain, "pos:0", program, NULL));
	need(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL));
}

/* A text that was returned before the close stays as it was; after it, "" is returned. */
static void compare(const char *held, const char *now, const char *wanted)
{
	if (strcmp(held, wanted) != 0 || (*now && strcmp(now, wanted) != 0))
		odd++;
}

static void *read_all(void *unused)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(chain, 0);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	const char *path = cgswap_chain_get_cgroup(chain);
	const char *name = cgswap_program_get_name(program);
	const char *license = cgswap_object_get_license(object);
	uint32_t old = cgswap_step_get_old_id(step), id = cgswap_entry_get_id(entry);

	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 200; i++) {
		compare(path, cgswap_chain_get_cgroup(chain), cgroup.path);
		compare(name, cgswap_program_get_name(program), "p1");
		compare(license, cgswap_object_get_license(object), "Dual BSD/GPL");
		odd += !cgswap_object_get_program_name(object, 0) || !cgswap_object_get_map_name(object, 0);
		odd += strcmp(cgswap_entry_get_name(entry), "p0") != 0;
		odd += cgswap_step_get_old_id(step) != old || cgswap_entry_get_id(entry) != id;
		odd += cgswap_chain_get_length(chain) > 1 || cgswap_replace_get_length(replace) > 1;
	}
	return unused;
}

static void *close_session(void *unused)
{
	pthread_barrier_wait(&barrier);
	odd += cgswap_session_close(session) != CGSWAP_OK;
	return unused;
}

static void round_of(void)
{
	pthread_t threads[2];

	open_all();
	pthread_barrier_init(&barrier, NULL, 2);
	if (pthread_create(&threads[0], NULL, read_all, NULL) ||
	    pthread_create(&threads[1], NULL, close_session, NULL))
		bail_out("no thread");
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	pthread_barrier_destroy(&barrier);
	cgswap_replace_unref(replace);
	cgswap_object_unref(object);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

/* A closed handle has no descriptor left, though its memory stays. */
static void closed_holds_nothing(unsigned open)
{
	const char *path, *name;

	open_all();
	path = cgswap_chain_get_cgroup(chain);
	name = cgswap_program_get_name(program);
	expect_ok(cgswap_session_close(session), "the session is closed");
	is_int(descriptors_count(), open, "no descriptor is left open");
	is_str(path, cgroup.path, "the path that was returned before is still there");
	is_str(name, "p1", "and the name");
	is_str(cgswap_program_get_name(program), "", "a closed handle returns none");
	cgswap_replace_unref(replace);
	cgswap_object_unref(object);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	unsigned open;

	need_live();
	cgroup = scratch_new("getters");
	prog_pass_many(EGRESS, "p", programs, 2);
	if (raw_attach(cgroup.fd, programs[0], EGRESS, RAW_MULTI))
		bail_out("attach");
	file = build_path("tests/bpf/object/one_program.bpf.o");
	cgswap_session_unref(live_session());
	open = descriptors_count();
	closed_holds_nothing(open);
	for (int i = 0; i < ROUNDS; i++)
		round_of();
	is_int(odd, 0, "%d sessions are closed while their handles are read", ROUNDS);
	is_int(descriptors_count(), open, "no descriptor is left open");
	free(file);
	return done_testing();
}
