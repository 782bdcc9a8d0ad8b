/* SPDX-License-Identifier: BSD-2-Clause */
/* cgswap_session_open(): the kernel, its features, and the paths that a session uses. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "base/retry.h"
#include "base/suggest.h"
#include "kernel/cgroup_path.h"
#include "kernel/errno_error.h"
#include "kernel/map_fd.h"
#include "model/model.h"
#include "session/session.h"

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
	/* a session does not use a disabled feature of the live kernel; a model lacks it */
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
	struct kernel_mounts found;
	enum cgswap_status status;
	int err = 0;

	found.cgroup[0] = found.bpffs[0] = '\0';
	if (opts->cgroup_root) {
		status = session_check_cgroup(session->kernel, "cgroup_root: ", opts->cgroup_root);
		if (status)
			return status;
	}
	if (opts->bpffs && !ops->is_bpffs(session->kernel, opts->bpffs))
		return error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
				 "no bpffs is mounted at '%s'{path}", opts->bpffs);
	if (!opts->cgroup_root || !opts->bpffs)
		err = ops->mounts(session->kernel, &found);
	if (error_is_exhaustion(err))
		return error_from_errno(session->kernel, 0, -err, "the mount table cannot be read");
	session->cgroup_root = strdup(opts->cgroup_root ? opts->cgroup_root : found.cgroup);
	session->bpffs = strdup(opts->bpffs ? opts->bpffs : found.bpffs);
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
	session = session_new();
	if (!session)
		return error_no_memory();
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
