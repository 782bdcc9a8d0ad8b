/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain_target.h"

#include <errno.h>

#include "base/error.h"
#include "kernel/link_table.h"
#include "kernel/capability.h"
#include "program/pin.h"
#include "program/program.h"
#include "kernel/errno_error.h"

static enum cgswap_status target_read_program(struct chain_target *out, struct kernel *kernel,
					      int fd, const char *given)
{
	struct kernel_program info;
	int err = kernel->ops->program_info(kernel, fd, &info);

	if (err)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
					"program '%.200s'{selector} cannot be read", given);
	out->program_id = info.id;
	return CGSWAP_OK;
}

static enum cgswap_status target_read_link(struct chain_target *out, struct kernel *kernel, int fd,
					   const char *given)
{
	struct kernel_link info;
	int err = kernel->ops->link_info(kernel, fd, &info);

	if (err)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					"link '%.200s'{selector} cannot be read", given);
	if (!info.of_cgroup)
		return error_set(CGSWAP_CAUSE_NOT_A_LINK, 0,
				 "'%.200s'{selector} is a link, but not a cgroup link", given);
	out->link = info;
	out->program_id = info.program_id;
	return CGSWAP_OK;
}

static enum cgswap_status target_read_fd(struct chain_target *out, struct kernel *kernel, int fd,
					 const char *given)
{
	switch (kernel->ops->kind(kernel, fd)) {
	case KERNEL_IS_LINK:
		return target_read_link(out, kernel, fd, given);
	case KERNEL_IS_PROGRAM:
		return target_read_program(out, kernel, fd, given);
	default:
		return program_error_kind(kernel, fd, given);
	}
}

static enum cgswap_status target_read_pin(struct chain_target *out, struct kernel *kernel,
					  const char *path)
{
	enum cgswap_status status;
	int fd = kernel->ops->pin_open(kernel, path);

	if (fd < 0)
		return pin_error_open(kernel, path, -fd);
	status = target_read_fd(out, kernel, fd, path);
	kernel->ops->close(kernel, fd);
	return status;
}

static enum cgswap_status target_read_link_id(struct chain_target *out,
					      struct cgswap_session *session,
					      const struct selector *selector)
{
	struct kernel *kernel = session->kernel;
	enum cgswap_status status;
	int fd;

	status = session_check_feature(session, CGSWAP_FEATURE_LINK_ID);
	if (status)
		return status;
	fd = link_open_by_id(kernel, selector->number);
	if (fd == -ENOENT || fd == -EAGAIN)
		return error_set(CGSWAP_CAUSE_NOT_A_LINK, -fd, "link %u{link_id} does not exist",
				 selector->number);
	if (fd < 0)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -fd,
					"'%s'{selector} cannot be opened by its id",
					selector->given);
	status = target_read_link(out, kernel, fd, selector->given);
	kernel->ops->close(kernel, fd);
	return status;
}

enum cgswap_status chain_target_read(struct chain_target *out, struct cgswap_session *session,
				     const struct selector *selector)
{
	struct kernel *kernel = session->kernel;

	*out = (struct chain_target){ 0 };
	switch (selector->form) {
	case SELECT_ID:
		out->program_id = selector->number;
		return CGSWAP_OK;
	case SELECT_FD:
		return target_read_fd(out, kernel, selector->fd, selector->given);
	case SELECT_PIN:
		return target_read_pin(out, kernel, selector->text);
	case SELECT_LINK:
		return target_read_link_id(out, session, selector);
	default:
		return CGSWAP_OK;
	}
}
