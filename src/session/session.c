/* SPDX-License-Identifier: BSD-2-Clause */
#include "session/session.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/interleave.h"
#include "model/model.h"
#include "base/opts.h"
#include "base/retry.h"
#include "base/suggest.h"
#include "kernel/cgroup_path.h"
#include "kernel/errno_error.h"
#include "kernel/map_fd.h"
#include "session/session_log.h"
#include "session/session_probe.h"

static void session_shut(struct handle *handle)
{
	struct cgswap_session *session = (struct cgswap_session *)handle;

	session_probes_free(session);
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

static enum cgswap_status session_fill_model(struct cgswap_session *session, const char *world)
{
	if (!session->kernel)
		return error_no_memory();
	if (world)
		return kernel_model_fill(session->kernel, world);
	return kernel_model_seed(session->kernel) ? error_no_memory() : CGSWAP_OK;
}

static enum cgswap_status session_choose_kernel(struct cgswap_session *session, const char *name,
						const char *world)
{
	bool live = !name || strcmp(name, "live") == 0;

	if (live && world) {
		error_bad_argument("'%s'{option} is given, but the kernel is '%s'{found}", "world",
				   "live");
		error_remedy("set the option kernel to \"model\"");
		return CGSWAP_E_ARGUMENT;
	}
	if (live) {
		session->kernel = kernel_live();
		return CGSWAP_OK;
	}
	if (strcmp(name, "model"))
		return error_bad_argument("'%s'{option} is '%.32s'{found}; expected '%s'{expected} "
					  "or '%s'{expected}",
					  "kernel", name, "live", "model");
	/*
	 * disabled features of the live kernel are not used; a simulated kernel does not have them
	 */
	session->kernel = kernel_model_new(session->disable_features);
	return session_fill_model(session, world);
}

static enum cgswap_status error_unknown_feature(const char *name, int length)
{
	char word[65], remedy[192];
	struct suggestion suggestion = { .word = word };

	snprintf(word, sizeof(word), "%.*s", length, name);
	for (size_t i = 1; i <= cgswap_feature_get_count(); i++)
		suggest_consider(&suggestion, cgswap_feature_get_name((enum cgswap_feature)i));
	error_bad_argument("disable_features: unknown feature '%s'{feature}", word);
	suggest_write(&suggestion, remedy, sizeof(remedy),
		      "run `cgswap features` to list the names");
	error_remedy("%s", remedy);
	return CGSWAP_E_ARGUMENT;
}

/* Disables features by name, separated by commas. */
static enum cgswap_status session_disable_features(struct cgswap_session *session,
						   const char *names)
{
	while (names && *names) {
		size_t length = strcspn(names, ",");
		enum cgswap_feature feature = feature_by_name(names, length);

		if (!feature)
			return error_unknown_feature(names, length > 64 ? 64 : (int)length);
		session->disable_features |= 1U << feature;
		names += length;
		names += *names == ',';
	}
	return CGSWAP_OK;
}

/* argument begins the message: "cgroup_root: ". */
static enum cgswap_status session_check_cgroup(struct kernel *kernel, const char *argument,
					       const char *path)
{
	enum kernel_kind kind;
	int fd;

	fd = kernel->ops->cgroup_open(kernel, path);
	if (fd < 0)
		return error_cgroup_path(kernel, argument, path, -fd);
	kind = kernel->ops->kind(kernel, fd);
	kernel->ops->close(kernel, fd);
	if (kind == KERNEL_IS_CGROUP)
		return CGSWAP_OK;
	if (kind == KERNEL_IS_CGROUP_V1)
		return error_set(CGSWAP_CAUSE_CGROUP_V1, 0,
				 "%s'%s'{path} is in a cgroup v1 hierarchy", argument, path);
	return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, 0, "%s'%s'{path} is not a cgroup2 directory",
			 argument, path);
}

/* Uses the given mounts, or finds them; a session can be useful without any. */
static enum cgswap_status session_find_mounts(struct cgswap_session *session,
					      const struct cgswap_session_opts *opts)
{
	const struct kernel_ops *ops = session->kernel->ops;
	char found[PATH_MAX];
	enum cgswap_status status;
	int err = 0;

	if (opts->cgroup_root) {
		status = session_check_cgroup(session->kernel, "cgroup_root: ", opts->cgroup_root);
		if (status)
			return status;
		session->cgroup_root = strdup(opts->cgroup_root);
	} else {
		err = ops->cgroup_mount(session->kernel, found, sizeof(found));
		session->cgroup_root = strdup(err < 0 ? "" : found);
	}
	if (error_is_exhaustion(err))
		return error_from_errno(session->kernel, 0, -err, "the mount table cannot be read");
	if (opts->bpffs) {
		if (!ops->is_bpffs(session->kernel, opts->bpffs))
			return error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
					 "no bpffs is mounted at '%s'{path}", opts->bpffs);
		session->bpffs = strdup(opts->bpffs);
	} else {
		err = ops->bpffs_mount(session->kernel, found, sizeof(found));
		session->bpffs = strdup(err < 0 ? "" : found);
	}
	if (error_is_exhaustion(err))
		return error_from_errno(session->kernel, 0, -err, "the mount table cannot be read");
	return session->cgroup_root && session->bpffs ? CGSWAP_OK : error_no_memory();
}

static enum cgswap_status session_take_scratch(struct cgswap_session *session, const char *given)
{
	static const char argument[] = "scratch_cgroup: ";
	enum cgswap_status status;
	char path[PATH_MAX];

	if (!given)
		return CGSWAP_OK;
	if (!*given)
		return error_bad_argument("scratch_cgroup is empty; expected a path");
	status = cgroup_path_complete(path, sizeof(path), session->cgroup_root, argument, given);
	if (!status)
		status = session_check_cgroup(session->kernel, argument, path);
	if (status)
		return status;
	session->scratch_cgroup = strdup(path);
	return session->scratch_cgroup ? CGSWAP_OK : error_no_memory();
}

static enum cgswap_status session_take_state_dir(struct cgswap_session *session, const char *given)
{
	if (!given)
		return CGSWAP_OK;
	if (*given != '/')
		return error_bad_argument("state_dir is '%.400s'{path}; expected an absolute path",
					  given);
	if (strlen(given) >= PATH_MAX)
		return error_bad_argument("state_dir has more than %u bytes", PATH_MAX - 1);
	session->state_dir = strdup(given);
	return session->state_dir ? CGSWAP_OK : error_no_memory();
}

enum cgswap_status cgswap_session_open(cgswap_session **out,
				       const struct cgswap_session_opts *given)
{
	struct cgswap_session_opts opts;
	struct cgswap_session *session;
	enum cgswap_status status;

	error_begin("open session");
	if (!out)
		return error_bad_argument("'%s'{option} is NULL", "out");
	*out = NULL;
	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_SESSION, given);
	if (status)
		return status;
	session = calloc(1, sizeof(*session));
	if (!session)
		return error_no_memory();
	handle_init(&session->handle, session_shut, session_free);
	pthread_mutex_init(&session->lock, NULL);
	session_init_calls(session);
	link_table_init(&session->links);
	fd_pool_init(&session->pool);
	session->cgroup_mount = -1;

	status = retry_take_time(&session->retry_time_ms, opts.retry_time_ms, opts.reserved,
				 RETRY_TIME_DEFAULT);
	if (!status)
		status = session_disable_features(session, opts.disable_features);
	if (!status)
		status = session_choose_kernel(session, opts.kernel, opts.world);
	if (session->kernel)
		map_fd_begin(session->kernel);
	session->pool.kernel = session->kernel;
	if (!status)
		status = session_find_mounts(session, &opts);
	if (!status)
		status = session_take_scratch(session, opts.scratch_cgroup);
	if (!status)
		status = session_take_state_dir(session, opts.state_dir);
	if (status) {
		handle_unref(&session->handle);
		return status;
	}
	*out = session;
	return CGSWAP_OK;
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
