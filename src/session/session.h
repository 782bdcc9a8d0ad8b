/* SPDX-License-Identifier: BSD-2-Clause */
/* The session: the kernel, its features, the mounts, the log, and the handles opened from it. */
#ifndef CGSWAP_SESSION_SESSION_H
#define CGSWAP_SESSION_SESSION_H

#include <pthread.h>

#include "kernel/attach_type.h"
#include "kernel/feature.h"
#include "base/handle.h"
#include "kernel/kernel.h"
#include "kernel/fd_pool.h"
#include "kernel/link_table.h"

struct log_sink;
struct session_probe;

struct cgswap_session {
	struct handle handle;
	pthread_mutex_t calls; /* held by the running call on the session; it also protects the
				  next two */
	void *kept; /* from one call to the next, by a module above; NULL: nothing */
	void (*free_kept)(void *kept);
	struct kernel *kernel; /* freed after the last child */
	char *cgroup_root;     /* "": none */
	char *bpffs;
	char *scratch_cgroup;      /* given by the caller, or NULL */
	char *state_dir;           /* the same */
	uint32_t disable_features; /* a bit for each feature */
	int retry_time_ms;         /* RETRY_TIME_NONE: only the number of retries counts */
	atomic_uint walks;         /* running walks: the session cannot be closed */
	struct link_table links;   /* has a lock of its own */
	struct fd_pool pool;       /* the descriptors of cgroups and links; its lock also
				      protects the next two */
	bool cgroup_mount_tried;
	int cgroup_mount;     /* to open cgroups by their ids; -1: not possible, or not tried */
	pthread_mutex_t lock; /* protects the fields below */
	struct feature features[FEATURE_COUNT + 1];
	struct session_probe *probes; /* one for each attach type, or NULL */
	struct handle *children;
	struct cgroup *recent; /* the cgroup opened last, without a reference; NULL: none is open */
	struct log_sink *log;
	atomic_bool has_log; /* so that a call without a log need not lock */
};

/* Allocates a session, with its locks; without a kernel it can only be freed. NULL: no memory. */
struct cgswap_session *session_new(void);

/*
 * Waits for the running call, then enters the session for one call. Fails for NULL, a closed
 * session, and a call from inside a callback of another. After CGSWAP_OK the call ends with
 * session_leave(), which returns the status it is given.
 */
enum cgswap_status session_enter(struct cgswap_session *session, const char *operation);
enum cgswap_status session_leave(struct cgswap_session *session, enum cgswap_status status);

/* A child is closed with its session, and keeps the session's memory and kernel. */
void session_adopt(struct cgswap_session *session, struct handle *child);
void session_release(struct cgswap_session *session, struct handle *child);

/*
 * Probes a feature even if it is disabled: a session without links must still not harm other links.
 * For features whose probe needs no cgroup.
 */
struct feature session_ask_kernel(struct cgswap_session *session, enum cgswap_feature feature);

/* Probes a feature, unless it is disabled; session_feature() is true only for FEATURE_YES. */
struct feature session_ask(struct cgswap_session *session, enum cgswap_feature feature);
bool session_feature(struct cgswap_session *session, enum cgswap_feature feature);

/* Fails if the kernel does not have a feature, or if it could not be probed. */
enum cgswap_status session_check_feature(struct cgswap_session *session,
					 enum cgswap_feature feature);

/* True if the kernel has this attach type, as far as a probe shows. */
bool session_knows_type(struct cgswap_session *session, const struct attach_type *type);

/* True if there is a log function. */
static inline bool session_has_log(const struct cgswap_session *session)
{
	return atomic_load_explicit(&session->has_log, memory_order_relaxed);
}

/* Passes a line to the caller's log function, if any. */
void session_log(struct cgswap_session *session, enum cgswap_log_level level, const char *format,
		 ...) __attribute__((format(printf, 3, 4)));

#endif
