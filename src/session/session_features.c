/* SPDX-License-Identifier: BSD-2-Clause */
/* Features of the session's kernel, each probed once. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/error.h"
#include "kernel/cgroup_path.h"
#include "kernel/errno_error.h"
#include "session/session.h"
#include "kernel/capability.h"

/*
 * Opens the cgroup of this process; if that is not below the mount, as in some containers, the
 * mount.
 */
static int session_open_own(struct cgswap_session *session)
{
	const struct kernel_ops *ops = session->kernel->ops;
	char own[PATH_MAX], path[PATH_MAX];
	int fd = ops->cgroup_own(session->kernel, own, sizeof(own));

	if (!fd &&
	    (size_t)snprintf(path, sizeof(path), "%s%s", session->cgroup_root, own) < sizeof(path))
		fd = ops->cgroup_open(session->kernel, path);
	if (fd > 0 && ops->kind(session->kernel, fd) == KERNEL_IS_CGROUP)
		return fd;
	if (fd > 0)
		ops->close(session->kernel, fd);
	return ops->cgroup_open(session->kernel, session->cgroup_root);
}

/* Opens the cgroup where the session tries out what can be tried anywhere. */
static int session_open_scratch(struct cgswap_session *session)
{
	if (!session->scratch_cgroup)
		return session_open_own(session);
	return session->kernel->ops->cgroup_open(session->kernel, session->scratch_cgroup);
}

/* Called under the lock. A feature whose probe failed is probed again the next time. */
static const struct feature *session_probe_feature(struct cgswap_session *session,
						   enum cgswap_feature feature)
{
	struct feature *known = &session->features[feature];
	struct kernel *kernel = session->kernel;
	bool asks_cgroup = (feature == CGSWAP_FEATURE_REVISION ||
			    feature == CGSWAP_FEATURE_LINK_UPDATE_ORDER) &&
			   (session->scratch_cgroup || *session->cgroup_root);
	int fd = -1;

	if (known->answer == FEATURE_YES || known->answer == FEATURE_NO)
		return known;
	if (session->disable_features & (1U << feature)) {
		known->answer = FEATURE_NO;
		snprintf(known->probe, sizeof(known->probe), "disabled by disable_features");
		return known;
	}
	if (asks_cgroup)
		fd = session_open_scratch(session);
	feature_probe(known, kernel, feature, fd);
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	else if (asks_cgroup)
		known->errnum = -fd;
	return known;
}

struct feature session_ask(struct cgswap_session *session, enum cgswap_feature feature)
{
	struct feature known;

	pthread_mutex_lock(&session->lock);
	known = *session_probe_feature(session, feature);
	pthread_mutex_unlock(&session->lock);
	return known;
}

struct feature session_ask_kernel(struct cgswap_session *session, enum cgswap_feature feature)
{
	struct feature known = { 0 };

	if (!(session->disable_features & (1U << feature)))
		return session_ask(session, feature);
	feature_probe(&known, session->kernel, feature, -1);
	return known;
}

bool session_feature(struct cgswap_session *session, enum cgswap_feature feature)
{
	return session_ask(session, feature).answer == FEATURE_YES;
}

/* The error for a feature that could not be probed; CGSWAP_OK if it was. */
static enum cgswap_status error_feature_unknown(struct cgswap_session *session,
						enum cgswap_feature feature,
						const struct feature *known)
{
	const char *name = cgswap_feature_get_name(feature);

	if (known->answer != FEATURE_UNKNOWN)
		return CGSWAP_OK;
	if (!known->errnum) {
		error_set(CGSWAP_CAUSE_CGROUP_UNREACHABLE, 0,
			  "the feature '%s'{feature} cannot be probed: no cgroup2 is mounted",
			  name);
		return cgroup_path_remedy_mount();
	}
	return error_from_errno(session->kernel, CAPABILITY_TO_QUERY, known->errnum,
				"the feature '%s'{feature} cannot be probed", name);
}

enum cgswap_status session_check_feature(struct cgswap_session *session,
					 enum cgswap_feature feature)
{
	struct feature known = session_ask(session, feature);

	if (known.answer == FEATURE_YES)
		return CGSWAP_OK;
	if (known.answer == FEATURE_UNKNOWN)
		return error_feature_unknown(session, feature, &known);
	if (session->disable_features & (1U << feature))
		return error_set(CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, 0,
				 "the feature '%s'{feature} is disabled in this session",
				 cgswap_feature_get_name(feature));
	return error_set(
		CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, 0,
		"this kernel does not have the feature '%s'{feature}, which Linux %s introduced",
		cgswap_feature_get_name(feature), cgswap_feature_get_kernel(feature));
}

bool session_knows_type(struct cgswap_session *session, const struct attach_type *type)
{
	if (type->number == ATTACH_LSM_CGROUP)
		return session_feature(session, CGSWAP_FEATURE_LSM_CGROUP);
	if (type->number >= ATTACH_UNIX_FIRST && type->number <= ATTACH_UNIX_LAST)
		return session_feature(session, CGSWAP_FEATURE_UNIX_SOCKET_HOOKS);
	/* older types were added one by one; EBADF: known, EINVAL: unknown */
	return feature_dry_attach(session->kernel, -1, type->number, KERNEL_MULTI) != -EINVAL;
}

static enum cgswap_status session_report_feature(struct cgswap_session *session,
						 enum cgswap_feature feature, bool *out)
{
	struct feature known = session_ask(session, feature);

	*out = known.answer == FEATURE_YES;
	return error_feature_unknown(session, feature, &known);
}

enum cgswap_status cgswap_session_has(cgswap_session *session, enum cgswap_feature feature,
				      bool *out)
{
	enum cgswap_status status;

	if (out)
		*out = false;
	status = session_enter(session, "has");
	if (status)
		return status;
	if (!out)
		status = error_bad_argument("'%s'{option} is NULL", "out");
	else if (!feature_exists(feature))
		status = error_bad_argument("unknown feature number %d{found}", (int)feature);
	else
		status = session_report_feature(session, feature, out);
	return session_leave(session, status);
}

enum cgswap_status cgswap_session_has_attach_type(cgswap_session *session, const char *attach_type,
						  bool *out)
{
	const struct attach_type *type;
	enum cgswap_status status;

	if (out)
		*out = false;
	status = session_enter(session, "has attach type");
	if (status)
		return status;
	status = attach_type_find(&type, attach_type);
	if (!status && !out)
		status = error_bad_argument("'%s'{option} is NULL", "out");
	if (!status)
		*out = session_knows_type(session, type);
	return session_leave(session, status);
}

const char *cgswap_session_get_probe(cgswap_session *session, enum cgswap_feature feature)
{
	const char *text;

	if (!session || !handle_is_open(&session->handle) || !feature_exists(feature))
		return "";
	pthread_mutex_lock(&session->lock);
	text = session_probe_feature(session, feature)->probe;
	pthread_mutex_unlock(&session->lock);
	return text;
}
