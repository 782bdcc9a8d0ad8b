/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each thread has its own last error. A status call clears it, getters and void calls do not, and a
 * copy can be used by another thread. Needs no privilege.
 */
#include "../lib/expect.h"
#include "../lib/tap.h"

#include <pthread.h>
#include <stdio.h>

static cgswap_error *carried;

static void *other_thread(void *argument)
{
	enum cgswap_cause *causes = argument;

	causes[0] = cgswap_error_get_cause(cgswap_last_error());
	cgswap_chain_close(NULL);
	causes[1] = cgswap_error_get_cause(cgswap_last_error());
	carried = cgswap_error_dup();
	return NULL;
}

static cgswap_session *refused_session(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .cgroup_root = "/nowhere" };
	cgswap_session *session;

	EXPECT_CAUSE(cgswap_session_open(&session, &opts), CGROUP_NOT_FOUND, "a call that fails");
	return session;
}

static void cleared(void)
{
	cgswap_session *session = refused_session();

	has_str(cgswap_error_get_message(cgswap_last_error()), "/nowhere",
		"the error has a message");
	cgswap_session_unref(session);
	cgswap_chain_get_length(NULL);
	cgswap_cause_get_by_name("nonsense");
	is_int(cgswap_error_get_cause(cgswap_last_error()), CGSWAP_CAUSE_CGROUP_NOT_FOUND,
	       "getters and void calls do not clear it");
	expect_ok(cgswap_session_open(&session, NULL), "a call that succeeds");
	is_str(cgswap_error_get_message(cgswap_last_error()), "", "the message is cleared");
	is_str(cgswap_error_get_remedy(cgswap_last_error()), "", "the remedy is cleared");
	is_str(cgswap_error_get_operation(cgswap_last_error()), "", "the operation is cleared");
	is_int(cgswap_error_get_errno(cgswap_last_error()), 0, "the errno is cleared");
	cgswap_session_unref(session);
}

static void threads(void)
{
	enum cgswap_cause causes[2] = { 99, 99 };
	pthread_t thread;

	refused_session();
	if (pthread_create(&thread, NULL, other_thread, causes) || pthread_join(thread, NULL))
		bail_out("no thread");
	is_int(causes[0], CGSWAP_CAUSE_NONE, "another thread starts without an error");
	is_int(causes[1], CGSWAP_CAUSE_BAD_ARGUMENT, "it has an error of its own");
	is_int(cgswap_error_get_cause(cgswap_last_error()), CGSWAP_CAUSE_CGROUP_NOT_FOUND,
	       "the first thread's error is the same");
	is_int(cgswap_error_get_cause(carried), CGSWAP_CAUSE_BAD_ARGUMENT,
	       "a copy of its error has the cause");
	is_int(cgswap_error_get_status(carried), CGSWAP_E_ARGUMENT, "the copy has the status");
	ok(cgswap_error_get_message(carried)[0] && cgswap_error_get_remedy(carried)[0],
	   "the copy has message and remedy after the thread has ended");
	cgswap_error_free(carried);
}

static void kept(void)
{
	cgswap_error *first, *none;
	char message[256];

	refused_session();
	first = cgswap_error_dup();
	snprintf(message, sizeof(message), "%s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_chain_close(NULL);
	is_str(cgswap_error_get_message(first), message, "a copy outlives the next error");
	cgswap_error_free(first);
	cgswap_replace_cancel(NULL);
	{
		cgswap_session *session;

		cgswap_session_open(&session, NULL);
		cgswap_session_unref(session);
	}
	none = cgswap_error_dup();
	ok(none && !cgswap_error_get_cause(none), "an empty error can be copied");
	cgswap_error_free(none);
}

int main(void)
{
	ok(cgswap_last_error() != NULL, "the last error is never NULL");
	is_int(cgswap_error_get_status(cgswap_last_error()), CGSWAP_OK,
	       "at first its status is OK");
	cleared();
	threads();
	kept();
	return done_testing();
}
