/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One thread closes a session while others drop and open its children: the close does not touch a
 * child whose last reference another thread is dropping, and no chain can be opened in the closed
 * session.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/descriptors.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <pthread.h>
#include <stdatomic.h>

enum { ROUNDS = 150, CHAINS = 100 };

static struct scratch cgroup;
static cgswap_session *session;
static cgswap_chain *chains[CHAINS];
static pthread_barrier_t barrier;
static atomic_uint odd, opened, refused;

static void *drop_all(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < CHAINS; i++)
		cgswap_chain_unref(chains[i]);
	return NULL;
}

static void *open_until_closed(void *unused)
{
	cgswap_chain *chain;

	(void)unused;
	pthread_barrier_wait(&barrier);
	while (!cgswap_chain_open(&chain, session, cgroup.path, "egress")) {
		opened++;
		if (cgswap_chain_read(chain) &&
		    cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_HANDLE_CLOSED &&
		    cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_HANDLE_IN_USE)
			odd++;
		cgswap_chain_unref(chain);
	}
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_HANDLE_CLOSED)
		refused++;
	else
		odd++;
	return NULL;
}

/* A child in use keeps the session open: closes again until it succeeds. */
static void *close_session(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
	while (cgswap_session_close(session))
		if (cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_HANDLE_IN_USE)
			odd++;
	return NULL;
}

static void race(void *(*other)(void *))
{
	pthread_t threads[2];

	pthread_barrier_init(&barrier, NULL, 2);
	if (pthread_create(&threads[0], NULL, close_session, NULL) ||
	    pthread_create(&threads[1], NULL, other, NULL))
		bail_out("no thread");
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	pthread_barrier_destroy(&barrier);
}

int main(void)
{
	unsigned open;

	need_live();
	cgroup = scratch_new("races");
	cgswap_session_unref(live_session());
	open = descriptors_count();
	for (int round = 0; round < ROUNDS; round++) {
		session = live_session();
		for (int i = 0; i < CHAINS; i++)
			chains[i] = live_chain(session, cgroup.path, "egress");
		race(drop_all);
		cgswap_session_unref(session);
	}
	is_int(odd, 0, "a close while last references are dropped");
	for (int round = 0; round < ROUNDS; round++) {
		session = live_session();
		race(open_until_closed);
		cgswap_session_unref(session);
	}
	is_int(odd, 0, "a close while chains are opened");
	is_int(refused, ROUNDS, "after the close no chain is opened");
	diag("%u chains were opened before", opened);
	is_int(descriptors_count(), open, "no descriptor is left open");
	return done_testing();
}
