/* SPDX-License-Identifier: BSD-2-Clause */
/* cgswap_chain_attach(): plain or by a link, at a position, in a mode, with a pin. */
#include <errno.h>
#include <string.h>

#include "chain/chain.h"
#include "chain/change_log.h"
#include "chain/chain_position.h"
#include "chain/chain_retry.h"
#include "base/error.h"
#include "explain/explain.h"
#include "base/opts.h"
#include "program/pin.h"

/* One attach: the request and its results so far. */
struct request {
	struct cgswap_chain *chain;
	const struct program *program;
	struct cgswap_attach_opts opts;
	bool by_link;
	struct chain_position position;
	struct change change;
	int link_fd;  /* -1 until there is one */
	bool in_use;  /* the maps of the program are pinned by their names */
	bool remains; /* it was attached, and could not be detached */
};

static enum cgswap_status check_attach_link(const struct cgswap_attach_opts *opts, bool by_link)
{
	bool multi = opts->mode == CGSWAP_MODE_DEFAULT || opts->mode == CGSWAP_MODE_MULTI;

	if (by_link && !multi)
		return error_set(
			CGSWAP_CAUSE_MODE_FLAGS_CONFLICT, 0,
			"%s mode was requested, and a link can be attached in multi mode only",
			cgswap_mode_get_name(opts->mode));
	if (by_link && !opts->pin && !opts->link_fd)
		return error_bad_argument(
			"opts.link is set without opts.pin or opts.link_fd: the link would be "
			"detached at once");
	return CGSWAP_OK;
}

static enum cgswap_status attach_flags(uint32_t *flags, const struct request *request)
{
	const struct cgswap_attach_opts *opts = &request->opts;

	*flags = 0;
	switch (opts->mode) {
	case CGSWAP_MODE_DEFAULT:
	case CGSWAP_MODE_MULTI:
		/* a link is always multi, and the kernel rejects the flag */
		*flags |= request->by_link ? 0 : KERNEL_MULTI;
		break;
	case CGSWAP_MODE_OVERRIDE:
		*flags |= KERNEL_OVERRIDE;
		break;
	case CGSWAP_MODE_NONE:
		break;
	default:
		return error_bad_argument("opts.mode is %d{found}; expected CGSWAP_MODE_...",
					  (int)opts->mode);
	}
	switch (opts->preorder) {
	case CGSWAP_PREORDER_DEFAULT:
	case CGSWAP_PREORDER_NO:
		return CGSWAP_OK;
	case CGSWAP_PREORDER_YES:
		*flags |= KERNEL_PREORDER;
		return session_check_feature(request->chain->session, CGSWAP_FEATURE_PREORDER);
	default:
		return error_bad_argument(
			"opts.preorder is %d{found}; expected CGSWAP_PREORDER_...",
			(int)opts->preorder);
	}
}

static enum cgswap_status check_attach_opts(struct request *request)
{
	const struct cgswap_attach_opts *opts = &request->opts;
	struct cgswap_session *session = request->chain->session;
	enum cgswap_status status = opts_check_reserved(opts->reserved);

	request->by_link = opts->link || opts->link_fd;
	if (!status)
		status = chain_check_changeable(request->chain);
	if (!status)
		status = check_attach_link(opts, request->by_link);
	if (!status && request->by_link)
		status = session_check_feature(session, CGSWAP_FEATURE_LINK);
	if (!status)
		status = chain_check_cgroup(request->chain, opts->expected_cgroup_id);
	if (!status && opts->expected_revision)
		status = chain_check_revisions(request->chain);
	return status;
}

/* Builds the change from the request and the present chain. */
static enum cgswap_status attach_prepare(struct request *request)
{
	const struct cgswap_attach_opts *opts = &request->opts;
	struct cgswap_chain *chain = request->chain;
	enum cgswap_status status;
	uint32_t flags;

	status = attach_flags(&flags, request);
	if (!status)
		status = chain_position(&request->position, chain, opts, request->by_link);
	if (status)
		return status;
	request->change = (struct change){
		.kind = request->by_link ? CHANGE_LINK_CREATE : CHANGE_ATTACH,
		.session = chain->session,
		.cgroup = chain->cgroup,
		.type = chain->type,
		.program = request->program,
		.flags = flags | request->position.flags,
		.anchor = request->position.anchor,
		.anchor_named = request->position.named,
		.anchor_via = request->position.via,
		.revision = opts->expected_revision,
		.seen = chain->read ? &chain->now : NULL,
	};
	if (request->position.needs_snapshot && !opts->expected_revision &&
	    session_feature(chain->session, CGSWAP_FEATURE_EXPECTED_REVISION))
		request->change.revision = chain->now.revision;
	return CGSWAP_OK;
}

/* The last step before the kernel call, so that a change that is refused earlier pins nothing. */
static enum cgswap_status attach_use_program(struct request *request)
{
	enum cgswap_status status = CGSWAP_OK;

	if (!request->in_use)
		status = program_use(request->program);
	request->in_use = !status;
	return status;
}

static int attach_call(struct request *request)
{
	struct kernel *kernel = request->chain->session->kernel;
	const struct change *change = &request->change;
	struct kernel_attach plain = {
		.target_fd = cgroup_fd(change->cgroup),
		.program_fd = change->program->fd,
		.type = change->type->number,
		.flags = change->flags,
		.relative = request->position.relative,
		.revision = change->revision,
	};
	const struct kernel_link_create link = {
		.target_fd = plain.target_fd,
		.program_fd = plain.program_fd,
		.type = plain.type,
		.flags = plain.flags,
		.relative = plain.relative,
		.revision = plain.revision,
	};

	if (!request->by_link)
		return kernel->ops->attach(kernel, &plain);
	request->link_fd = kernel->ops->link_create(kernel, &link);
	return request->link_fd < 0 ? request->link_fd : 0;
}

/* Detaches the entry that was just attached. */
static void attach_undo(struct request *request)
{
	struct kernel *kernel = request->chain->session->kernel;
	const struct kernel_attach off = {
		.target_fd = cgroup_fd(request->chain->cgroup),
		.program_fd = request->program->fd,
		.type = request->chain->type->number,
	};

	if (request->by_link) {
		/* detached first: a pin that cannot be removed would keep it attached */
		kernel->ops->link_detach(kernel, request->link_fd);
		kernel->ops->close(kernel, request->link_fd);
		request->link_fd = -1;
	} else {
		request->remains = kernel->ops->detach(kernel, &off) != 0;
	}
}

static enum cgswap_status error_attach_kept_changing(const struct request *request, int64_t tries)
{
	return chain_error_kept_changing(request->chain->cgroup, request->chain->type, tries);
}

/*
 * Without an expected revision another writer may have attached first, and the new entry is at
 * another position than intended. It is then detached again.
 */
static enum cgswap_status attach_verify_position(struct request *request)
{
	const struct cgswap_chain *chain = request->chain;

	if (!request->position.needs_snapshot || request->change.revision || !chain->read ||
	    (request->position.index < chain->now.count &&
	     chain->now.ids[request->position.index] == request->program->info.id))
		return CGSWAP_OK;
	attach_undo(request);
	return error_attach_kept_changing(request, 1);
}

/*
 * The chain was read at another revision than the expected one, so an anchor was looked up in
 * another chain than the caller means. The kernel has reasons that come before the revision.
 */
static enum cgswap_status attach_check_revision(const struct request *request)
{
	enum { POSITION = KERNEL_BEFORE | KERNEL_AFTER | KERNEL_ID | KERNEL_LINK };
	const struct cgswap_chain *chain = request->chain;
	uint64_t expected = request->opts.expected_revision;
	struct change change = request->change;
	enum cgswap_status status;

	if (!expected || !request->position.named || !chain->now.revision ||
	    chain->now.revision == expected)
		return CGSWAP_OK;
	change.anchor = (struct rules_anchor){ .given = false };
	change.flags &= ~(uint32_t)POSITION;
	status = explain_forecast(&change);
	return status ? status
		      : explain_revision(chain->cgroup, chain->type, chain->now.revision, expected,
					 0);
}

static enum cgswap_status attach_once(struct request *request)
{
	const struct cgswap_chain *chain = request->chain;
	struct retry retry = chain_retry(chain->session);
	enum cgswap_status status;
	bool again;
	int err;

	do {
		if (retry.failures == 1)
			chain_log_retry(chain->session, chain->cgroup, chain->type, "attach");
		status = attach_prepare(request);
		if (!status)
			status = attach_check_revision(request);
		if (!status)
			status = attach_use_program(request);
		if (status)
			return status;
		err = attach_call(request);
		again = !request->opts.expected_revision &&
			(err == -ESTALE || (err == -ENOENT && request->change.anchor.given &&
					    chain_has_moved(request->chain)));
	} while (again && retry_again(&retry));
	if (again)
		return error_attach_kept_changing(request, retry.failures);
	if (err)
		return explain_refusal(&request->change, -err);
	chain_read_after(request->chain);
	return attach_verify_position(request);
}

/* Reports the errors that can be found before anything is changed. */
static enum cgswap_status check_attach_ahead(struct request *request)
{
	struct cgswap_session *session = request->chain->session;
	enum cgswap_status status = CGSWAP_OK;
	enum pin_found found = PIN_NOTHING;

	if (request->opts.pin)
		status = pin_read(&found, session, request->opts.pin, 0);
	if (!status && found != PIN_NOTHING)
		status = pin_error_taken(session, request->opts.pin);
	return status ? status : attach_prepare(request);
}

/*
 * Pins the program before anything is attached, so that the pin cannot fail later; a link then
 * replaces the program at the path.
 */
static enum cgswap_status attach_pin_link(struct request *request, struct pin_swap *swap)
{
	struct kernel *kernel = request->chain->session->kernel;
	const struct pin_object program = { 'p', request->program->info.id };
	struct pin_object link = { .kind = 'l' };
	struct kernel_link info;
	enum cgswap_status status;
	int err = kernel->ops->link_info(kernel, request->link_fd, &info);

	if (err) {
		status = pin_error(request->chain->session, -err, swap->path);
	} else {
		link.id = info.id;
		status = pin_swap_stage(swap, request->link_fd, link, program);
	}
	if (!status)
		status = pin_swap_publish(swap);
	if (status) {
		attach_undo(request);
		chain_forget(request->chain);
	}
	return status;
}

static enum cgswap_status attach_and_pin(struct request *request, struct pin_swap *swap)
{
	const struct pin_object program = { 'p', request->program->info.id };
	enum cgswap_status status;

	status = check_attach_ahead(request);
	if (!status)
		status = pin_make(request->chain->session, request->program->fd, swap->path);
	if (status)
		return status;
	status = attach_once(request);
	if (!status && request->by_link)
		status = attach_pin_link(request, swap);
	if (status) {
		pin_swap_discard(swap);
		pin_swap_remove(swap, program);
	}
	return status;
}

static enum cgswap_status attach_with_pin(struct request *request)
{
	char temp[4096 + PIN_TEMP_EXTRA];
	const char *path = request->opts.pin;
	struct pin_swap swap = { .lock = -1 };
	enum cgswap_status status;

	if (strlen(path) >= 4096)
		return pin_error(request->chain->session, ENAMETOOLONG, path);
	status = pin_swap_begin(&swap, request->chain->session, path, temp,
				(struct pin_object){ 0 });
	if (!status)
		status = attach_and_pin(request, &swap);
	pin_swap_end(&swap);
	return status;
}

static enum cgswap_status attach_forecast(struct request *request)
{
	enum cgswap_status status = check_attach_ahead(request);

	request->chain->uncertain = false;
	request->change.uncertain = &request->chain->uncertain;
	if (!status && request->opts.pin)
		status = pin_check_access(request->chain->session, request->opts.pin);
	if (!status)
		status = program_check_use(request->program);
	return status ? status : explain_forecast(&request->change);
}

static enum cgswap_status attach_in(cgswap_chain *chain, const struct program *program,
				    const struct cgswap_attach_opts *given)
{
	struct request request = { .chain = chain, .program = program, .link_fd = -1 };
	struct kernel *kernel = chain->session->kernel;
	enum cgswap_status status;

	status = opts_take(&request.opts, sizeof(request.opts), OPTS_FIRST_ATTACH, given);
	if (!status && request.opts.link_fd)
		*request.opts.link_fd = -1;
	if (!status)
		status = check_attach_opts(&request);
	if (status)
		return status;
	if (request.opts.dry_run)
		return attach_forecast(&request);
	status = request.opts.pin ? attach_with_pin(&request) : attach_once(&request);
	if (status && request.in_use && !request.remains)
		program_unuse(program);
	if (!status)
		change_log(chain->session, chain->cgroup, chain->type, NULL, program,
			   chain->read ? chain->now.revision : 0);
	if (!status && request.opts.link_fd)
		*request.opts.link_fd = request.link_fd;
	else if (request.link_fd >= 0)
		kernel->ops->close(kernel, request.link_fd);
	return status;
}

enum cgswap_status cgswap_chain_attach(cgswap_chain *chain, cgswap_program *program,
				       const struct cgswap_attach_opts *opts)
{
	enum cgswap_status status;

	status = chain_enter(chain, "attach");
	if (status)
		return status;
	status = handle_join(program ? &program->handle : NULL);
	if (status)
		return chain_leave(chain, status);
	if (program->session->kernel == chain->session->kernel)
		status = attach_in(chain, program->program, opts);
	else
		status = error_bad_argument(
			"the chain and the program belong to different kernels");
	handle_leave(&program->handle, status);
	return chain_leave(chain, status);
}
