/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two threads load the same object, whose map is pinned by name. One releases its unused program at
 * any moment while the other loads. The other's program is in use, and so its pin must stay.
 */
#include "../lib/bpffs.h"
#include "../lib/live.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 1500, LATEST_MICROSECONDS = 900 };

static const char PIN[] = BPFFS "/pinned_hits";
static char *object;
static pthread_barrier_t step;

static enum cgswap_status load(cgswap_program **out, cgswap_session *session)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };

	return cgswap_program_open(out, session, object, &opts);
}

static void *release_program(void *unused)
{
	cgswap_session *session = live_session();

	for (int i = 0; i < ROUNDS; i++) {
		cgswap_program *program = NULL;

		pthread_barrier_wait(&step);
		load(&program, session);
		cgswap_program_unref(program);
		pthread_barrier_wait(&step);
		pthread_barrier_wait(&step);
	}
	cgswap_session_unref(session);
	return unused;
}

int main(void)
{
	unsigned used = 0, lost = 0, odd = 0;
	cgswap_session *session;
	pthread_t other;

	need_live();
	bpffs_private();
	session = live_session();
	object = strdup(map_fixture_object("pinned_map"));
	srandom(1);
	pthread_barrier_init(&step, NULL, 2);
	if (pthread_create(&other, NULL, release_program, NULL))
		bail_out("no thread");
	for (int i = 0; i < ROUNDS; i++) {
		cgswap_program *program = NULL;
		enum cgswap_status status;

		pthread_barrier_wait(&step);
		usleep((unsigned)random() % LATEST_MICROSECONDS);
		status = load(&program, session);
		/* both may have found no pin, and the other thread was first */
		odd += status && cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_PIN_EXISTS;
		used += !status && cgswap_program_get_fd(program) >= 0;
		pthread_barrier_wait(&step);
		lost += !status && access(PIN, F_OK) != 0;
		cgswap_program_unref(program);
		unlink(PIN);
		pthread_barrier_wait(&step);
	}
	pthread_join(other, NULL);
	ok(used > ROUNDS / 2, "%u programs are in use", used);
	is_int(lost, 0, "none of them lost its pin");
	is_int(odd, 0, "all other loads failed because of the pin");
	cgswap_session_unref(session);
	free(object);
	return done_testing();
}
