/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that pass everything, to probe what no query returns. A session loads at most one for
 * each attach type, when it is first needed, and closes them when it is closed.
 */
#ifndef CGSWAP_SESSION_SESSION_PROBE_H
#define CGSWAP_SESSION_SESSION_PROBE_H

#include "session/session.h"

struct session_probe {
	int fd;      /* the session's */
	uint32_t id; /* 0: not loaded */
};

/* Returns 0, or a negative errno if the program could not be loaded. */
int session_probe_program(struct session_probe *out, struct cgswap_session *session,
			  const struct attach_type *type);

/* True if it is loaded already. */
bool session_has_probe(struct cgswap_session *session, const struct attach_type *type);

/* Called by session.c only. */
void session_probes_free(struct cgswap_session *session);

#endif
