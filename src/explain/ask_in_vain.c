/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/ask_in_vain.h"

#include <errno.h>

enum {
	ASK_POSITIONS = KERNEL_BEFORE | KERNEL_AFTER | KERNEL_ID | KERNEL_LINK,
	ASK_NO_LINK = INT32_MAX /* the id of a link that is far from being created */
};

/*
 * A program before itself: once modes, length and duplicates allow it, the kernel looks for the
 * anchor, which is not there (ENOENT). A program that is there plainly gets EINVAL.
 */
static int ask_attach(const struct change *change, const struct program *program)
{
	const uint32_t kept = KERNEL_MULTI | KERNEL_PREORDER;
	struct kernel *kernel = change->session->kernel;
	const struct kernel_attach request = {
		.target_fd = (uint32_t)cgroup_fd(change->cgroup),
		.program_fd = (uint32_t)program->fd,
		.type = change->type->number,
		.flags = (change->flags & kept) | KERNEL_BEFORE,
		.relative = (uint32_t)program->fd,
		.revision = change->revision,
	};

	return kernel->ops->attach(kernel, &request);
}

/* A link before one that does not exist. */
static int ask_link_create(const struct change *change)
{
	struct kernel *kernel = change->session->kernel;
	const struct kernel_link_create request = {
		.target_fd = (uint32_t)cgroup_fd(change->cgroup),
		.program_fd = (uint32_t)change->program->fd,
		.type = change->type->number,
		.flags = (change->flags & KERNEL_PREORDER) | KERNEL_BEFORE | KERNEL_ID |
			 KERNEL_LINK,
		.relative = ASK_NO_LINK,
		.revision = change->revision,
	};

	return kernel->ops->link_create(kernel, &request);
}

/* Asks for the new program, which must not be there, and for the old one, which must. */
static int ask_replace(const struct change *change)
{
	bool itself = change->program->info.id == change->old->info.id;
	int err = itself ? -ENOENT : ask_attach(change, change->program);

	if (err != -ENOENT)
		return err;
	err = ask_attach(change, change->old);
	if (err != -EINVAL)
		return err;
	/* or it was loaded for another attach type, and is not there plainly */
	return feature_dry_attach(change->session->kernel, change->old->fd, change->type->number,
				  KERNEL_MULTI) == -EBADF
		       ? 0
		       : -ENOENT;
}

bool ask_is_gone(const struct change *change)
{
	struct kernel *kernel = change->session->kernel;
	/* the kernel compares the revision before it looks for the program */
	const struct kernel_attach request = {
		.target_fd = (uint32_t)cgroup_fd(change->cgroup),
		.program_fd = (uint32_t)change->program->fd,
		.type = change->type->number,
		.revision = UINT64_MAX,
	};

	return session_feature(change->session, CGSWAP_FEATURE_EXPECTED_REVISION) &&
	       kernel->ops->detach(kernel, &request) == -ENOENT;
}

/* In other modes the kernel looks for no anchor, but overwrites what is there. */
static bool ask_is_possible(const struct change *change)
{
	if (change->anchor.given || !session_feature(change->session, CGSWAP_FEATURE_ORDERING) ||
	    !session_feature(change->session, CGSWAP_FEATURE_EXPECTED_REVISION))
		return false;
	return change->kind == CHANGE_LINK_CREATE || (change->flags & KERNEL_MULTI);
}

int ask_in_vain(const struct change *change)
{
	int err;

	if (!ask_is_possible(change))
		return -EOPNOTSUPP;
	switch (change->kind) {
	case CHANGE_ATTACH:
		err = ask_attach(change, change->program);
		break;
	case CHANGE_LINK_CREATE:
		err = ask_link_create(change);
		break;
	case CHANGE_REPLACE:
		return ask_replace(change);
	default:
		return -EOPNOTSUPP;
	}
	return err == -ENOENT && !ask_is_gone(change) ? 0 : err;
}

/*
 * A replace of a program by itself. It is not attached, so the kernel finds nothing to replace; the
 * revision guards that. Without preorder flags such a replace would change nothing anyway.
 */
static int ask_replace_itself(const struct change *change, const struct observed *observed)
{
	struct cgswap_session *session = change->session;
	struct kernel_attach request = {
		.target_fd = (uint32_t)cgroup_fd(change->cgroup),
		.program_fd = (uint32_t)change->program->fd,
		.type = change->type->number,
		.flags = KERNEL_MULTI | KERNEL_REPLACE,
		.replace_fd = (uint32_t)change->program->fd,
	};

	if (!session_feature(session, CGSWAP_FEATURE_REPLACE) || observed->new_is_attached)
		return -EOPNOTSUPP;
	if (session_feature(session, CGSWAP_FEATURE_EXPECTED_REVISION))
		request.revision = observed->chain.revision;
	if (!request.revision &&
	    session_ask_kernel(session, CGSWAP_FEATURE_PREORDER).answer != FEATURE_NO)
		return -EOPNOTSUPP;
	return session->kernel->ops->attach(session->kernel, &request);
}

/* The kernel looks at the modes first, then at the length, and then for the program. */
int ask_modes(const struct change *change, const struct observed *observed)
{
	int err;

	if (!change->program || observed->unreadable || !observed->is_multi)
		return -EOPNOTSUPP;
	err = ask_replace_itself(change, observed);
	if (err == -EOPNOTSUPP && session_feature(change->session, CGSWAP_FEATURE_ORDERING)) {
		struct change plain = { .session = change->session,
					.cgroup = change->cgroup,
					.type = change->type,
					.flags = KERNEL_MULTI };

		err = ask_attach(&plain, change->program);
		/* the program is there, or does not fit */
		if (err == -EINVAL &&
		    feature_dry_attach(change->session->kernel, change->program->fd,
				       change->type->number, KERNEL_MULTI) == -EBADF)
			return 0;
	}
	if (err == -ENOENT || err == -E2BIG)
		return 0;
	return err == -EPERM ? err : -EOPNOTSUPP;
}
