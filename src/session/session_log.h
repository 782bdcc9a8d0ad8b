/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by session.c and session_log.c only. */
#ifndef CGSWAP_SESSION_SESSION_LOG_H
#define CGSWAP_SESSION_SESSION_LOG_H

struct cgswap_session;
struct log_sink;

/* Replaces the sink; NULL: none. */
void session_log_set(struct cgswap_session *session, struct log_sink *sink);

#endif
