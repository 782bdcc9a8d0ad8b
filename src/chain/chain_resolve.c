/* SPDX-License-Identifier: BSD-2-Clause */
/* Ties a selector to what stands in the chain: the program, opened, and the link that holds it. */
#include "chain/chain_resolve.h"

#include <errno.h>

#include "chain/chain_find.h"
#include "base/error.h"
#include "explain/explain.h"
#include "cgroup/link_scan.h"
#include "kernel/errno_error.h"

void resolved_drop(struct resolved *resolved, struct kernel *kernel)
{
	program_unref(resolved->program);
	if (resolved->link_fd >= 0)
		kernel->ops->close(kernel, resolved->link_fd);
	*resolved = (struct resolved)BOUND_NOTHING;
}

/* What named it, opened again: a descriptor or a pin needs no privilege. -1 for other names. */
static int resolve_name(struct kernel *kernel, const struct selector *selector)
{
	if (selector->form == SELECT_FD)
		return kernel->ops->dup(kernel, selector->fd);
	if (selector->form == SELECT_PIN)
		return kernel->ops->pin_open(kernel, selector->text);
	return -1;
}

/* The program of this id by its name; -1 where that names no program, or (a pin moves on) another.
 */
static int resolve_named_program(struct kernel *kernel, const struct selector *selector,
				 uint32_t id)
{
	int fd = resolve_name(kernel, selector);
	struct kernel_program info;

	if (fd < 0)
		return -1;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM &&
	    kernel->ops->program_info(kernel, fd, &info) == 0 && info.id == id)
		return fd;
	kernel->ops->close(kernel, fd);
	return -1;
}

static enum cgswap_status resolve_program(struct resolved *out, struct cgswap_chain *chain,
					  const struct selector *selector, uint32_t id)
{
	struct kernel *kernel = chain->session->kernel;
	int fd = resolve_named_program(kernel, selector, id);
	enum cgswap_status status = CGSWAP_OK;

	if (fd < 0)
		status = program_fd_by_id(&fd, kernel, id);
	if (status == CGSWAP_E_NOT_FOUND) {
		/* a program that is attached cannot be gone, so it is attached no more */
		status = chain_read(chain);
		return status ? status
			      : explain_lost(chain->cgroup, chain->type, &chain->now,
					     selector->given, id, ENOENT);
	}
	return status ? status : program_from_fd(&out->program, kernel, fd);
}

/* The link by what named it, or else by its id; -ENOENT where that is another one by now. */
static int resolve_open_link(struct kernel *kernel, const struct selector *selector, uint32_t id)
{
	int fd = resolve_name(kernel, selector);
	struct kernel_link info;
	int err;

	if (fd < 0 || kernel->ops->kind(kernel, fd) != KERNEL_IS_LINK) {
		if (fd >= 0)
			kernel->ops->close(kernel, fd);
		fd = link_open_by_id(kernel, id);
	}
	if (fd < 0)
		return fd;
	err = kernel->ops->link_info(kernel, fd, &info);
	if (!err && info.id == id)
		return fd;
	kernel->ops->close(kernel, fd);
	return err ? err : -ENOENT;
}

static enum cgswap_status resolve_take_link(struct resolved *out, struct cgswap_chain *chain,
					    const struct selector *selector, uint32_t id)
{
	struct kernel *kernel = chain->session->kernel;

	out->link_id = id;
	out->link_fd = resolve_open_link(kernel, selector, id);
	if (out->link_fd >= 0)
		return CGSWAP_OK;
	if (out->link_fd == -ENOENT)
		return explain_lost(chain->cgroup, chain->type, &chain->now, selector->given,
				    out->program->info.id, ENOENT);
	return error_from_errno(kernel, CAPABILITY_BY_ID, -out->link_fd,
				"link %u, which holds %.200s in %s of %s, cannot be opened", id,
				selector->given, chain->type->short_name, chain->cgroup->path);
}

/*
 * Which link holds an entry that something else named shows only to those who may list links; to
 * others the kernel's answer tells later that one does.
 */
static enum cgswap_status resolve_find_link(struct resolved *out, struct cgswap_chain *chain,
					    const struct selector *selector)
{
	uint32_t link;

	if (!(chain->now.mode & KERNEL_MULTI))
		return CGSWAP_OK;
	if (chain_describe(chain, CGSWAP_DESCRIBE_LINKS)) {
		enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

		if (cause == CGSWAP_CAUSE_OUT_OF_MEMORY || cause == CGSWAP_CAUSE_TOO_MANY_FILES)
			return cgswap_error_get_status(cgswap_last_error());
		error_clear();
		return CGSWAP_OK;
	}
	link = chain->entries[out->position].link_id;
	return link ? resolve_take_link(out, chain, selector, link) : CGSWAP_OK;
}

/* Without a look at the chain: only the program itself can be meant. */
static enum cgswap_status resolve_unread(struct resolved *out, struct cgswap_chain *chain,
					 const struct selector *selector)
{
	struct kernel *kernel = chain->session->kernel;
	struct cgswap_error refusal;
	int fd;

	error_save(&refusal);
	fd = resolve_name(kernel, selector);
	if (fd >= 0 && kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM) {
		out->unread = true;
		return program_from_fd(&out->program, kernel, fd);
	}
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	if (error_is_exhaustion(fd))
		return error_from_errno(kernel, 0, -fd, "%.200s cannot be opened", selector->given);
	error_restore(&refusal);
	return cgswap_error_get_status(cgswap_last_error());
}

static enum cgswap_status resolve_read(struct resolved *out, struct cgswap_chain *chain,
				       const struct selector *selector)
{
	size_t matches[KERNEL_CHAIN_MAX], count;
	struct selector_target target;
	enum cgswap_status status;
	uint32_t id;

	status = chain_find_target(&target, chain->session, selector);
	if (!status)
		status = chain_match(chain, selector, &target, matches, &count);
	if (status)
		return status;
	id = chain->now.ids[matches[0]];
	out->position = matches[0];
	out->position_unknown = target.link.id && count > 1;
	/* one program in several places: only its link tells which is meant */
	if (!target.link.id && count == 1 && snapshot_occurrences(&chain->now, id) > 1) {
		count = 0;
		for (size_t i = 0; i < chain->now.count && count < KERNEL_CHAIN_MAX; i++)
			if (chain->now.ids[i] == id)
				matches[count++] = i;
	}
	if (count > 1 && !target.link.id)
		return chain_error_several(chain, selector->given, matches, count);
	status = resolve_program(out, chain, selector, id);
	if (status)
		return status;
	if (target.link.id)
		return resolve_take_link(out, chain, selector, target.link.id);
	return resolve_find_link(out, chain, selector);
}

enum cgswap_status chain_resolve(struct resolved *out, struct cgswap_chain *chain, const char *text,
				 uint64_t revision, bool may_be_unread)
{
	struct selector selector;
	enum cgswap_status status;

	*out = (struct resolved)BOUND_NOTHING;
	status = selector_parse(&selector, text);
	if (status)
		return status;
	status = chain_read(chain);
	if (may_be_unread && status == CGSWAP_E_PERMISSION)
		return resolve_unread(out, chain, &selector);
	if (!status && revision && revision != chain->now.revision)
		status = explain_revision(chain->cgroup, chain->type, chain->now.revision, revision,
					  0);
	if (!status)
		status = resolve_read(out, chain, &selector);
	if (status)
		resolved_drop(out, chain->session->kernel);
	return status;
}

struct program *chain_named_program(struct cgswap_chain *chain, const char *text)
{
	struct kernel *kernel = chain->session->kernel;
	struct program *program = NULL;
	struct selector selector;
	struct cgswap_error kept;
	int fd = -1;

	error_save(&kept);
	if (!selector_parse(&selector, text)) {
		if (selector.form == SELECT_ID)
			fd = kernel->ops->program_by_id(kernel, selector.number);
		else
			fd = resolve_name(kernel, &selector);
	}
	if (fd >= 0 && kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM)
		program_from_fd(&program, kernel, fd);
	else if (fd >= 0)
		kernel->ops->close(kernel, fd);
	error_restore(&kept);
	return program;
}

static bool is_absence(enum cgswap_cause cause)
{
	return cause == CGSWAP_CAUSE_NOT_ATTACHED || cause == CGSWAP_CAUSE_CHAIN_EMPTY;
}

enum cgswap_status chain_error_absent(const struct change *change, enum cgswap_status status)
{
	struct cgswap_error kept;

	if (!is_absence(cgswap_error_get_cause(cgswap_last_error())))
		return status;
	error_save(&kept);
	if (explain_forecast(change) && !is_absence(cgswap_error_get_cause(cgswap_last_error())))
		return cgswap_error_get_status(cgswap_last_error());
	error_restore(&kept);
	return status;
}
