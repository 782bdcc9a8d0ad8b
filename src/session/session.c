/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a session, and of the handles that were opened from it. */
#include "session/session.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/interleave.h"
#include "kernel/map_fd.h"
#include "session/session_log.h"
#include "session/session_probe.h"

static void session_shut(struct handle *handle)
{
	struct cgswap_session *session = (struct cgswap_session *)handle;

	session_probes_free(session);
	if (session->kept)
		session->free_kept(session->kept);
	session->kept = NULL;
	if (session->cgroup_mount >= 0)
		session->kernel->ops->close(session->kernel, session->cgroup_mount);
	session->cgroup_mount = -1;
	fd_pool_shut(&session->pool);
	session_log_set(session, NULL);
}

static void session_free(struct handle *handle)
{
	struct cgswap_session *session = (struct cgswap_session *)handle;

	if (session->kernel) {
		map_fd_end(session->kernel);
		session->kernel->ops->free(session->kernel);
	}
	link_table_free(&session->links);
	fd_pool_free(&session->pool);
	pthread_mutex_destroy(&session->calls);
	pthread_mutex_destroy(&session->lock);
	free(session->cgroup_root);
	free(session->bpffs);
	free(session->scratch_cgroup);
	free(session->state_dir);
	free(session);
}

/* With this mutex a second lock in the same thread fails instead of hanging. */
static void session_init_calls(struct cgswap_session *session)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&session->calls, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

struct cgswap_session *session_new(void)
{
	struct cgswap_session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	handle_init(&session->handle, session_shut, session_free);
	pthread_mutex_init(&session->lock, NULL);
	session_init_calls(session);
	link_table_init(&session->links);
	fd_pool_init(&session->pool);
	session->cgroup_mount = -1;
	return session;
}

cgswap_session *cgswap_session_ref(cgswap_session *session)
{
	if (session)
		handle_ref(&session->handle);
	return session;
}

void cgswap_session_unref(cgswap_session *session)
{
	if (session)
		handle_unref(&session->handle);
}

void session_adopt(struct cgswap_session *session, struct handle *child)
{
	cgswap_session_ref(session);
	pthread_mutex_lock(&session->lock);
	child->next = session->children;
	if (child->next)
		child->next->prev = child;
	session->children = child;
	pthread_mutex_unlock(&session->lock);
}

void session_release(struct cgswap_session *session, struct handle *child)
{
	pthread_mutex_lock(&session->lock);
	if (child->prev)
		child->prev->next = child->next;
	else
		session->children = child->next;
	if (child->next)
		child->next->prev = child->prev;
	pthread_mutex_unlock(&session->lock);
	cgswap_session_unref(session);
}

/* Takes a reference to each child that is not being freed, and lists them by next_to_close. */
static struct handle *session_ref_children(struct cgswap_session *session)
{
	struct handle *child, *list = NULL;

	pthread_mutex_lock(&session->lock);
	for (child = session->children; child; child = child->next) {
		if (!handle_try_ref(child))
			continue;
		child->next_to_close = list;
		list = child;
	}
	pthread_mutex_unlock(&session->lock);
	return list;
}

/*
 * All children are claimed before the first is shut, so that a child in use leaves everything open.
 * None is added meanwhile, because that call on the session waits. The lock is not held, because a
 * child takes it when it is freed.
 */
static enum cgswap_status session_close_children(struct cgswap_session *session)
{
	struct handle *list = session_ref_children(session), *child, *in_use = list;
	bool claimed = true;

	while (in_use && handle_claim(in_use))
		in_use = in_use->next_to_close;
	interleave_point("session_close:children claimed");
	while ((child = list)) {
		list = child->next_to_close;
		claimed = claimed && child != in_use;
		if (claimed && !in_use)
			handle_shut_claimed(child);
		else if (claimed)
			handle_unclaim(child);
		handle_unref(child);
	}
	if (!in_use)
		return CGSWAP_OK;
	return error_set(CGSWAP_CAUSE_HANDLE_IN_USE, 0,
			 "a call on another handle of this session is still running");
}

enum cgswap_status cgswap_session_close(cgswap_session *session)
{
	enum cgswap_status status;

	status = session_enter(session, "close session");
	if (status == CGSWAP_E_CLOSED) {
		error_clear();
		return CGSWAP_OK;
	}
	if (status)
		return status;
	if (atomic_load(&session->walks))
		status = error_set(CGSWAP_CAUSE_HANDLE_IN_USE, 0,
				   "a walk of this session is still running");
	else
		status = session_close_children(session);
	interleave_point("session_close:children closed");
	if (!status)
		handle_shut_claimed(&session->handle);
	return session_leave(session, status);
}

const char *cgswap_session_get_kernel(const cgswap_session *session)
{
	return session && handle_is_open(&session->handle) ? session->kernel->ops->name : "";
}

const char *cgswap_session_get_cgroup_root(const cgswap_session *session)
{
	return session && handle_is_open(&session->handle) ? session->cgroup_root : "";
}

const char *cgswap_session_get_bpffs(const cgswap_session *session)
{
	return session && handle_is_open(&session->handle) ? session->bpffs : "";
}
