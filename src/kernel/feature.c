/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/feature.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/attach_type.h"
#include "kernel/link_update_order.h"
#include "kernel/policy.h"

enum { NOTHING = -1, EGRESS = 1 };

struct feature_row {
	const char *name;
	const char *kernel;   /* first mainline version with it */
	const char *question; /* the call that the probe makes */
	uint32_t flags;       /* PROG_ATTACH flags, for features probed with a flag */
};

static const struct feature_row feature_rows[FEATURE_COUNT + 1] = {
	[CGSWAP_FEATURE_MULTI] = { "multi", "4.15", "PROG_ATTACH(-1, MULTI)", KERNEL_MULTI },
	[CGSWAP_FEATURE_REPLACE] = { "replace", "5.6", "PROG_ATTACH(-1, MULTI+REPLACE)",
				     KERNEL_MULTI | KERNEL_REPLACE },
	[CGSWAP_FEATURE_LINK] = { "link", "5.7", "LINK_UPDATE(-1)", 0 },
	[CGSWAP_FEATURE_LINK_ID] = { "link_id", "5.8", "LINK_GET_FD_BY_ID(0)", 0 },
	[CGSWAP_FEATURE_LINK_DETACH] = { "link_detach", "5.9", "LINK_DETACH(-1)", 0 },
	[CGSWAP_FEATURE_LSM_CGROUP] = { "lsm_cgroup", "6.0", "PROG_QUERY(-1, lsm_cgroup)", 0 },
	[CGSWAP_FEATURE_UNIX_SOCKET_HOOKS] = { "unix_socket_hooks", "6.7",
					       "PROG_QUERY(-1, connect_unix)", 0 },
	[CGSWAP_FEATURE_PREORDER] = { "preorder", "6.15", "PROG_ATTACH(-1, MULTI+PREORDER)",
				      KERNEL_MULTI | KERNEL_PREORDER },
	[CGSWAP_FEATURE_ORDERING] = { "ordering", "6.17", "PROG_ATTACH(-1, MULTI+BEFORE)",
				      KERNEL_MULTI | KERNEL_BEFORE },
	[CGSWAP_FEATURE_EXPECTED_REVISION] = { "expected_revision", "6.17",
					       "PROG_ATTACH(-1, MULTI, revision 1)", KERNEL_MULTI },
	[CGSWAP_FEATURE_REVISION] = { "revision", "6.17", "PROG_QUERY of a cgroup", 0 },
	[CGSWAP_FEATURE_LINK_UPDATE_ORDER] = { "link_update_order", "7.2",
					       "LINK_UPDATE in a scratch cgroup", 0 },
};

int feature_dry_attach(struct kernel *kernel, int program_fd, uint32_t type, uint32_t flags)
{
	struct kernel_attach request = {
		.target_fd = NOTHING,
		.program_fd = program_fd,
		.type = type,
		.flags = flags,
	};

	return kernel->ops->attach(kernel, &request);
}

static int feature_ask_revision_guard(struct kernel *kernel)
{
	struct kernel_attach request = {
		.target_fd = NOTHING,
		.program_fd = NOTHING,
		.type = EGRESS,
		.flags = KERNEL_MULTI,
		.revision = 1,
	};

	return kernel->ops->attach(kernel, &request);
}

static int feature_ask_query(struct kernel *kernel, int fd, uint32_t type, uint64_t *revision)
{
	struct kernel_query request = { .target_fd = fd, .type = type };
	int err = kernel->ops->query(kernel, &request);

	*revision = request.revision;
	return err;
}

static int feature_ask_link_update(struct kernel *kernel)
{
	struct kernel_link_update request = { .link_fd = NOTHING, .new_fd = NOTHING };

	return kernel->ops->link_update(kernel, &request);
}

static int feature_ask_link_by_id(struct kernel *kernel)
{
	int err = kernel->ops->link_by_id(kernel, 0);

	if (err < 0)
		return err;
	kernel->ops->close(kernel, err);
	return 0;
}

/* Makes the call that probes a feature, and returns its result. */
static int feature_ask(struct kernel *kernel, enum cgswap_feature feature, uint64_t *revision)
{
	switch (feature) {
	case CGSWAP_FEATURE_LINK:
		return feature_ask_link_update(kernel);
	case CGSWAP_FEATURE_LINK_ID:
		return feature_ask_link_by_id(kernel);
	case CGSWAP_FEATURE_LINK_DETACH:
		return kernel->ops->link_detach(kernel, NOTHING);
	case CGSWAP_FEATURE_LSM_CGROUP:
		return feature_ask_query(kernel, NOTHING, ATTACH_LSM_CGROUP, revision);
	case CGSWAP_FEATURE_UNIX_SOCKET_HOOKS:
		return feature_ask_query(kernel, NOTHING, ATTACH_UNIX_FIRST, revision);
	case CGSWAP_FEATURE_EXPECTED_REVISION:
		return feature_ask_revision_guard(kernel);
	default:
		return feature_dry_attach(kernel, NOTHING, EGRESS, feature_rows[feature].flags);
	}
}

static void feature_probe_revision(struct feature *out, struct kernel *kernel, int cgroup_fd)
{
	uint64_t revision = 0;
	int err;

	if (cgroup_fd < 0) {
		out->answer = FEATURE_UNKNOWN;
		snprintf(out->probe, sizeof(out->probe), "no cgroup2 is mounted");
		return;
	}
	err = feature_ask_query(kernel, cgroup_fd, EGRESS, &revision);
	if (err) {
		/* EINVAL: the kernel does not know the query either */
		out->answer = err == -EINVAL ? FEATURE_NO : FEATURE_UNKNOWN;
		out->errnum = -err;
		snprintf(out->probe, sizeof(out->probe), "%s: %s",
			 feature_rows[CGSWAP_FEATURE_REVISION].question,
			 cgswap_errno_get_name(-err));
		return;
	}
	out->answer = revision ? FEATURE_YES : FEATURE_NO;
	snprintf(out->probe, sizeof(out->probe), "%s: revision %llu",
		 feature_rows[CGSWAP_FEATURE_REVISION].question, (unsigned long long)revision);
}

/*
 * EINVAL: the command, flag or type is unknown. ENOSYS: the kernel has no bpf(2), or a seccomp
 * filter hides it.
 */
static bool feature_is_lacking(struct kernel *kernel, int err)
{
	return err == -EINVAL || (err == -ENOSYS && !policy_denies(kernel, err));
}

/* Without preorder LINK_UPDATE finds the right entry; otherwise probes in a scratch cgroup. */
static void feature_probe_link_update(struct feature *out, struct kernel *kernel, int cgroup_fd)
{
	const char *question = feature_rows[CGSWAP_FEATURE_LINK_UPDATE_ORDER].question;
	int err = feature_ask_link_update(kernel);

	if (feature_is_lacking(kernel, err)) {
		out->answer = FEATURE_NO;
		snprintf(out->probe, sizeof(out->probe), "this kernel does not have links");
		return;
	}
	if (feature_dry_attach(kernel, NOTHING, EGRESS, KERNEL_MULTI | KERNEL_PREORDER) ==
	    -EINVAL) {
		out->answer = FEATURE_YES;
		snprintf(out->probe, sizeof(out->probe), "this kernel does not have preorder");
		return;
	}
	err = cgroup_fd < 0 ? cgroup_fd : link_update_order_probe(kernel, cgroup_fd);
	if (err < 0) {
		/* EINVAL: the kernel lacks a call that the probe needs */
		out->answer = err == -EINVAL ? FEATURE_NO : FEATURE_UNKNOWN;
		out->errnum = cgroup_fd < 0 ? 0 : -err;
		snprintf(out->probe, sizeof(out->probe), "%s: %s", question,
			 cgroup_fd < 0 ? "no cgroup2 is mounted" : cgswap_errno_get_name(-err));
		return;
	}
	out->answer = err ? FEATURE_YES : FEATURE_NO;
	snprintf(out->probe, sizeof(out->probe), "%s: %s", question,
		 err ? "the right entry was updated" : "the wrong entry was updated");
}

/* The kernel asks for the privilege of a command that it has. */
static bool feature_has_link_ids(struct kernel *kernel, int err)
{
	return err == -ENOENT ||
	       (err == -EPERM &&
		kernel->ops->capability(kernel, KERNEL_CAP_SYS_ADMIN) != KERNEL_CAP_HELD);
}

void feature_probe(struct feature *out, struct kernel *kernel, enum cgswap_feature feature,
		   int cgroup_fd)
{
	uint64_t revision;
	int err;

	if (feature == CGSWAP_FEATURE_REVISION) {
		feature_probe_revision(out, kernel, cgroup_fd);
		return;
	}
	if (feature == CGSWAP_FEATURE_LINK_UPDATE_ORDER) {
		feature_probe_link_update(out, kernel, cgroup_fd);
		return;
	}
	err = feature_ask(kernel, feature, &revision);
	out->errnum = -err;
	/* other errnos leave it unknown */
	if (feature_is_lacking(kernel, err))
		out->answer = FEATURE_NO;
	else if (err == -EBADF)
		out->answer = FEATURE_YES;
	else if (feature == CGSWAP_FEATURE_LINK_ID && feature_has_link_ids(kernel, err))
		out->answer = FEATURE_YES;
	else
		out->answer = FEATURE_UNKNOWN;
	snprintf(out->probe, sizeof(out->probe), "%s: %s", feature_rows[feature].question,
		 err ? cgswap_errno_get_name(-err) : "accepted");
}

bool feature_exists(enum cgswap_feature feature)
{
	return (unsigned)feature - 1 < FEATURE_COUNT;
}

enum cgswap_feature feature_by_name(const char *name, size_t length)
{
	for (int i = 1; i <= FEATURE_COUNT; i++)
		if (strlen(feature_rows[i].name) == length &&
		    memcmp(feature_rows[i].name, name, length) == 0)
			return (enum cgswap_feature)i;
	return (enum cgswap_feature)0;
}

size_t cgswap_feature_get_count(void)
{
	return FEATURE_COUNT;
}

const char *cgswap_feature_get_name(enum cgswap_feature feature)
{
	return feature_exists(feature) ? feature_rows[feature].name : "";
}

const char *cgswap_feature_get_kernel(enum cgswap_feature feature)
{
	return feature_exists(feature) ? feature_rows[feature].kernel : "";
}
