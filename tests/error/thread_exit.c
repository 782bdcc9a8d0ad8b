/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread may end with an error that has a log, and call the library again from a thread
 * destructor that runs later: the log is freed once.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 20 };

static cgswap_session *session;
static char *object;
static pthread_key_t keys[2];
static unsigned logs, calls;

static void open_broken(void)
{
	cgswap_program *program;

	cgswap_program_open(&program, session, object, NULL);
	logs += strlen(cgswap_error_get_log(cgswap_last_error())) > 0;
}

/* Runs before and after the library's own destructor, in whichever order the system calls them. */
static void call_again(void *value)
{
	(void)value;
	calls++;
	open_broken();
}

static void *end_with_log(void *unused)
{
	(void)unused;
	open_broken();
	pthread_setspecific(keys[0], &calls);
	pthread_setspecific(keys[1], &calls);
	return NULL;
}

int main(void)
{
	need_live();
	session = live_session();
	object = build_path("tests/bpf/object/not_verifiable.bpf.o");
	pthread_key_create(&keys[0], call_again);
	open_broken();
	pthread_key_create(&keys[1], call_again);
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, end_with_log, NULL))
			bail_out("no thread");
		pthread_join(thread, NULL);
	}
	is_int(calls, 2 * THREADS, "each thread's destructors called the library");
	is_int(logs, 1 + 3 * THREADS, "every error had its log");
	free(object);
	cgswap_session_unref(session);
	return done_testing();
}
