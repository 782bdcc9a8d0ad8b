/* SPDX-License-Identifier: BSD-2-Clause */
/* The session's log. */
#include "session/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "session/session_log.h"
#include "base/text.h"

/*
 * Reference counted, because one thread may log a line while another sets a new callback: the
 * caller's destroy runs after the last line.
 */
struct log_sink {
	unsigned refs; /* under the session's lock */
	cgswap_log_fn fn;
	void *user;
	cgswap_destroy_fn destroy;
};

static struct log_sink *sink_get(struct cgswap_session *session)
{
	struct log_sink *sink;

	pthread_mutex_lock(&session->lock);
	sink = session->log;
	if (sink)
		sink->refs++;
	pthread_mutex_unlock(&session->lock);
	return sink;
}

static void sink_put(struct cgswap_session *session, struct log_sink *sink)
{
	unsigned left;

	pthread_mutex_lock(&session->lock);
	left = --sink->refs;
	pthread_mutex_unlock(&session->lock);
	if (left)
		return;
	if (sink->destroy)
		sink->destroy(sink->user);
	free(sink);
}

void session_log(struct cgswap_session *session, enum cgswap_log_level level, const char *format,
		 ...)
{
	struct log_sink *sink = session_has_log(session) ? sink_get(session) : NULL;
	struct cgswap_error saved;
	char line[1024];
	va_list args;

	if (!sink)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text_make_one_line(line);
	error_save(&saved);
	sink->fn(level, line, sink->user);
	error_restore(&saved);
	sink_put(session, sink);
}

void session_log_set(struct cgswap_session *session, struct log_sink *sink)
{
	struct log_sink *before;

	pthread_mutex_lock(&session->lock);
	before = session->log;
	session->log = sink;
	atomic_store_explicit(&session->has_log, sink != NULL, memory_order_relaxed);
	pthread_mutex_unlock(&session->lock);
	if (before)
		sink_put(session, before);
}

enum cgswap_status cgswap_session_set_log(cgswap_session *session, cgswap_log_fn fn, void *user,
					  cgswap_destroy_fn destroy)
{
	struct log_sink *sink = NULL;
	enum cgswap_status status;

	status = session_enter(session, "set log");
	if (status)
		return status;
	if (fn) {
		sink = malloc(sizeof(*sink));
		if (!sink)
			return session_leave(session, error_no_memory());
		*sink = (struct log_sink){ .refs = 1, .fn = fn, .user = user, .destroy = destroy };
	}
	session_log_set(session, sink);
	session_leave(session, CGSWAP_OK);
	/* user was never stored */
	if (!fn && destroy)
		destroy(user);
	return CGSWAP_OK;
}
