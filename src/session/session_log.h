/* SPDX-License-Identifier: BSD-2-Clause */
/* Between session.c and session_log.c only. */
#ifndef CGSWAP_SESSION_SESSION_LOG_H
#define CGSWAP_SESSION_SESSION_LOG_H

struct cgswap_session;
struct log_sink;

/* Puts another sink, or none, in the place of the one that is there. */
void session_log_set(struct cgswap_session *session, struct log_sink *sink);

#endif
