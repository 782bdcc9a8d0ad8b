/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls on a session wait for each other. */
#include "base/error.h"
#include "session/session.h"

enum cgswap_status session_enter(struct cgswap_session *session, const char *operation)
{
	error_begin(operation);
	if (!session)
		return error_bad_argument("the session is NULL");
	handle_ref(&session->handle);
	if (pthread_mutex_lock(&session->calls)) {
		handle_unref(&session->handle);
		return error_set(
			CGSWAP_CAUSE_HANDLE_IN_USE, 0,
			"the call was made from a callback of another call on this session");
	}
	if (handle_is_open(&session->handle))
		return CGSWAP_OK;
	return session_leave(session,
			     error_set(CGSWAP_CAUSE_HANDLE_CLOSED, 0, "the session is closed"));
}

enum cgswap_status session_leave(struct cgswap_session *session, enum cgswap_status status)
{
	pthread_mutex_unlock(&session->calls);
	handle_unref(&session->handle);
	return status;
}
