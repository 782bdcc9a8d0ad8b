/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When libbpf and the verifier reject objects of several threads at the same time, the log of each
 * error is about that thread's object only.
 */
#include "../lib/live.h"
#include "../lib/tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 300, THREADS = 4 };

struct worker {
	const char *object, *own, *others;
	pthread_t thread;
	char *path;
	unsigned refused, with_reason, mixed;
};

static pthread_barrier_t start;

static void *work(void *user)
{
	struct worker *worker = user;
	cgswap_session *session = live_session();

	pthread_barrier_wait(&start);
	for (int i = 0; i < ROUNDS; i++) {
		cgswap_program *program;
		const char *log;

		worker->refused += cgswap_program_open(&program, session, worker->path, NULL) != 0;
		log = cgswap_error_get_log(cgswap_last_error());
		worker->with_reason += strstr(log, worker->own) != NULL;
		worker->mixed += strstr(log, worker->others) != NULL;
	}
	cgswap_session_unref(session);
	return NULL;
}

int main(void)
{
	struct worker workers[THREADS];

	need_live();
	pthread_barrier_init(&start, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){
			.object = i % 2 ? "tests/bpf/object/calls_nowhere.bpf.o" :
					  "tests/bpf/object/not_verifiable.bpf.o",
			.own = i % 2 ? "nowhere" : "packet",
			.others = i % 2 ? "packet" : "nowhere",
		};
		workers[i].path = build_path(workers[i].object);
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			bail_out("no thread");
	}
	for (int i = 0; i < THREADS; i++) {
		struct worker *worker = &workers[i];

		pthread_join(worker->thread, NULL);
		is_int(worker->refused, ROUNDS, "%s is rejected each time", worker->object);
		is_int(worker->with_reason, ROUNDS, "each log has the reason");
		is_int(worker->mixed, 0, "no log mentions the other object");
		free(worker->path);
	}
	pthread_barrier_destroy(&start);
	return done_testing();
}
