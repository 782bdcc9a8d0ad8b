/* SPDX-License-Identifier: BSD-2-Clause */
/* The session: the kernel, its features, the mounts, the log, and the handles opened from it. */
#ifndef CGSWAP_SESSION_SESSION_H
#define CGSWAP_SESSION_SESSION_H

#include <pthread.h>

#include "kernel/attach_type.h"
#include "kernel/feature.h"
#include "base/handle.h"
#include "kernel/kernel.h"

struct log_sink;

struct cgswap_session {
	struct handle handle;
	pthread_mutex_t calls; /* held by the call on the session that is running */
	struct kernel *kernel; /* lives as long as the last child */
	char *cgroup_root; /* "" where there is none */
	char *bpffs;
	uint32_t disable_features; /* a bit for each feature */
	atomic_uint walks;         /* that are under way: their callbacks run, and it stays open */
	pthread_mutex_t lock;      /* of all below */
	struct feature features[FEATURE_COUNT + 1];
	struct handle *children;
	struct log_sink *log;
};

/*
 * Enters the session for one call, after waiting for the one that is running; refuses NULL, a closed
 * session, and a call from inside a callback of another. After CGSWAP_OK the call ends with
 * session_leave(), which passes its status on.
 */
enum cgswap_status session_enter(struct cgswap_session *session, const char *operation);
enum cgswap_status session_leave(struct cgswap_session *session, enum cgswap_status status);

/* A child is closed with its session, and keeps the session's memory and kernel. */
void session_adopt(struct cgswap_session *session, struct handle *child);
void session_release(struct cgswap_session *session, struct handle *child);

/*
 * A feature of the kernel, turned off or not: a session without links must still not harm links of
 * others. For features whose probe needs no cgroup.
 */
struct feature session_ask_kernel(struct cgswap_session *session, enum cgswap_feature feature);

/* A feature of the kernel, unless it was turned off. */
struct feature session_ask(struct cgswap_session *session, enum cgswap_feature feature);
bool session_feature(struct cgswap_session *session, enum cgswap_feature feature); /* for sure */

/* An error for a feature that the kernel does not have, or that could not be probed. */
enum cgswap_status session_check_feature(struct cgswap_session *session,
					 enum cgswap_feature feature);

/* True when the kernel has this attach type, as far as a probe can tell. */
bool session_knows_type(struct cgswap_session *session, const struct attach_type *type);

/* Hands a line to the caller's log, if any. */
void session_log(struct cgswap_session *session, enum cgswap_log_level level, const char *format,
		 ...) __attribute__((format(printf, 3, 4)));

#endif
