/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Narrow windows in the life of a handle, each made to happen by a point at which another thread
 * runs: a chain opened while a session closes, a session closed while the last reference to a child
 * goes, a call on a child that is about to be closed, and the last reference dropped while a call
 * ends.
 */
#include "../lib/attach_types.h"
#include "../lib/descriptors.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"
#include "base/interleave.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static void at_point(const char *point);
void (*interleave_hook)(const char *point) = at_point;

static struct scratch cgroup;
static cgswap_session *session;
static cgswap_chain *chain;

/* The other thread: its call, and what it got. */
static struct {
	pthread_t thread;
	enum cgswap_status (*call)(void);
	enum cgswap_cause cause;
	atomic_bool ended;
} other;

/* The point at which something happens, once; "" for none. */
static _Atomic(const char *) awaited = "";
static void (*then)(void);

static void at_point(const char *point)
{
	const char *wanted = awaited;

	if (strcmp(point, wanted) == 0 && atomic_compare_exchange_strong(&awaited, &wanted, ""))
		then();
}

static void *run_other(void *unused)
{
	other.cause = other.call() ? cgswap_error_get_cause(cgswap_last_error()) : CGSWAP_CAUSE_NONE;
	other.ended = true;
	return unused;
}

static void start_other(void)
{
	other.ended = false;
	if (pthread_create(&other.thread, NULL, run_other, NULL))
		bail_out("no thread");
}

static void join_other(void)
{
	pthread_join(other.thread, NULL);
}

static void run_other_now(void)
{
	start_other();
	join_other();
}

static bool waited;

static void start_other_and_look(void)
{
	start_other();
	usleep(100000);
	waited = !other.ended;
}

static void prepare(const char *point, void (*what)(void), enum cgswap_status (*call)(void))
{
	session = live_session();
	chain = live_chain(session, cgroup.path, "egress");
	other.call = call;
	then = what;
	awaited = point;
}

static bool happened(void)
{
	return !*awaited;
}

/* ---- calls of the other thread --------------------------------------------------------------- */

static enum cgswap_status open_chain(void)
{
	cgswap_chain *opened;
	enum cgswap_status status = cgswap_chain_open(&opened, session, cgroup.path, "egress");

	if (!status)
		cgswap_chain_unref(opened);
	return status;
}

static enum cgswap_status close_session(void)
{
	return cgswap_session_close(session);
}

static enum cgswap_status read_chain(void)
{
	return cgswap_chain_read(chain);
}

static enum cgswap_status close_and_drop(void)
{
	enum cgswap_status status = cgswap_chain_close(chain);

	cgswap_chain_unref(chain);
	return status;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void opened_while_closing(void)
{
	prepare("session_close:children closed", start_other_and_look, open_chain);
	expect_ok(cgswap_session_close(session), "a session is closed");
	ok(happened() && waited, "a chain that is opened meanwhile waits");
	join_other();
	is_int(other.cause, CGSWAP_CAUSE_HANDLE_CLOSED, "and is refused");
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void last_reference(void)
{
	prepare("handle_unref:last", run_other_now, close_session);
	cgswap_chain_unref(chain);
	ok(happened(), "the last reference to a chain goes");
	is_int(other.cause, CGSWAP_CAUSE_NONE, "the session is closed before the chain is freed");
	cgswap_session_unref(session);
}

static void call_while_closing(void)
{
	prepare("session_close:children claimed", run_other_now, read_chain);
	expect_ok(cgswap_session_close(session), "a session is closed");
	ok(happened(), "a chain is read before it is closed");
	is_int(other.cause, CGSWAP_CAUSE_HANDLE_IN_USE, "which is refused");
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void dropped_while_leaving(void)
{
	prepare("handle_leave:busy", run_other_now, close_and_drop);
	expect_ok(cgswap_chain_read(chain), "a chain is read");
	ok(happened(), "its last reference is dropped before the call returns");
	is_int(other.cause, CGSWAP_CAUSE_HANDLE_IN_USE, "and a close is refused");
	cgswap_session_unref(session);
}

int main(void)
{
	unsigned open;

	need_live();
	cgroup = scratch_new("interleavings");
	cgswap_session_unref(live_session());
	open = descriptors_count();
	opened_while_closing();
	last_reference();
	call_while_closing();
	dropped_while_leaving();
	is_int(descriptors_count(), open, "no descriptor is left open");
	return done_testing();
}
