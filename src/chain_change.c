/* SPDX-License-Identifier: BSD-2-Clause */
/* Attach and detach. */
#include <errno.h>

#include "chain.h"
#include "error.h"
#include "explain.h"
#include "options.h"

static const char ATTACH[] = "attach", DETACH[] = "detach";

enum { TRIES = 4 };

static enum cgswap_status flags_of(uint32_t *flags, struct cgswap_session *session,
				   const struct cgswap_attach_opts *opts)
{
	*flags = 0;
	switch (opts->mode) {
	case CGSWAP_MODE_DEFAULT:
	case CGSWAP_MODE_MULTI:
		*flags |= KERNEL_MULTI;
		break;
	case CGSWAP_MODE_OVERRIDE:
		*flags |= KERNEL_OVERRIDE;
		break;
	case CGSWAP_MODE_NONE:
		break;
	default:
		return error_bad_argument(ATTACH, "opts.mode is %d; wanted CGSWAP_MODE_...",
					  (int)opts->mode);
	}
	switch (opts->preorder) {
	case CGSWAP_PREORDER_DEFAULT:
	case CGSWAP_PREORDER_NO:
		return CGSWAP_OK;
	case CGSWAP_PREORDER_YES:
		*flags |= KERNEL_PREORDER;
		return session_require(session, CGSWAP_FEATURE_PREORDER, ATTACH);
	default:
		return error_bad_argument(ATTACH, "opts.preorder is %d; wanted CGSWAP_PREORDER_...",
					  (int)opts->preorder);
	}
}

/* The change is made; that the chain may not be read does not unmake it. */
static void read_after(struct cgswap_chain *chain, const char *operation)
{
	if (!chain_read(chain, operation))
		return;
	chain_forget(chain);
	error_clear();
}

static enum cgswap_status attach_in(cgswap_chain *chain, const struct program *program,
				    const struct cgswap_attach_opts *given)
{
	struct kernel *kernel = chain->session->kernel;
	struct cgswap_attach_opts opts;
	enum cgswap_status status;
	struct attempt attempt;
	uint32_t flags;
	int err;

	status = options_take(&opts, sizeof(opts), sizeof(opts), given, ATTACH);
	if (!status && opts.reserved)
		status = error_bad_argument(ATTACH, "opts.reserved is %u; wanted 0", opts.reserved);
	if (!status)
		status = chain_require_changeable(chain, ATTACH);
	if (!status)
		status = flags_of(&flags, chain->session, &opts);
	if (!status && opts.expected_revision)
		status = session_require(chain->session, CGSWAP_FEATURE_EXPECTED_REVISION, ATTACH);
	if (status)
		return status;
	attempt = (struct attempt){
		.kind = ATTEMPT_ATTACH,
		.session = chain->session,
		.cgroup = chain->cgroup,
		.type = chain->type,
		.program = program,
		.flags = flags,
		.revision = opts.expected_revision,
		.seen = chain->read ? &chain->now : NULL,
	};
	if (opts.dry_run)
		return explain_forecast(&attempt);
	err = kernel->ops->attach(kernel, &(struct kernel_attach){
						  .target_fd = chain->cgroup->fd,
						  .program_fd = program->fd,
						  .type = chain->type->number,
						  .flags = flags,
						  .revision = opts.expected_revision,
					  });
	if (err)
		return explain_refusal(&attempt, -err);
	read_after(chain, ATTACH);
	return CGSWAP_OK;
}

enum cgswap_status cgswap_chain_attach(cgswap_chain *chain, cgswap_program *program,
				       const struct cgswap_attach_opts *opts)
{
	enum cgswap_status status;

	status = handle_enter(chain ? &chain->handle : NULL, ATTACH);
	if (status)
		return status;
	status = handle_join(program ? &program->handle : NULL, ATTACH);
	if (status)
		return handle_leave(&chain->handle, status);
	if (program->session->kernel == chain->session->kernel)
		status = attach_in(chain, program->program, opts);
	else
		status = error_bad_argument(ATTACH,
					    "chain and program are of different kernels");
	handle_leave(&program->handle, status);
	return handle_leave(&chain->handle, status);
}

/*
 * One try with what stands there now. In none and override mode the kernel takes off whatever it
 * finds, so there the revision guards that it is what was named.
 */
static enum cgswap_status detach_once(cgswap_chain *chain, const char *selector,
				      const struct cgswap_detach_opts *opts, bool *again)
{
	struct kernel *kernel = chain->session->kernel;
	struct attempt attempt = {
		.kind = ATTEMPT_DETACH,
		.session = chain->session,
		.cgroup = chain->cgroup,
		.type = chain->type,
		.named = selector,
		.revision = opts->expected_revision,
	};
	enum cgswap_status status;
	struct program *program;
	size_t position;
	int err;

	*again = false;
	status = chain_bind(&program, chain, selector, opts->expected_revision, &position, DETACH);
	if (status) {
		program = chain_named_program(chain, selector);
		attempt.program = program;
		if (program)
			status = chain_refuse_absent(&attempt, status);
		program_unref(program);
		return status;
	}
	attempt.program = program;
	attempt.seen = &chain->now;
	if (!attempt.revision && !(chain->now.mode & KERNEL_MULTI) &&
	    session_feature(chain->session, CGSWAP_FEATURE_EXPECTED_REVISION))
		attempt.revision = chain->now.revision;
	if (opts->dry_run) {
		status = explain_forecast(&attempt);
	} else {
		err = kernel->ops->detach(kernel, &(struct kernel_attach){
							  .target_fd = chain->cgroup->fd,
							  .program_fd = program->fd,
							  .type = chain->type->number,
							  .revision = attempt.revision,
						  });
		*again = err == -ESTALE && !opts->expected_revision;
		if (err)
			status = explain_refusal(&attempt, -err);
	}
	program_unref(program);
	return status;
}

static enum cgswap_status detach_in(cgswap_chain *chain, const char *selector,
				    const struct cgswap_detach_opts *given)
{
	struct cgswap_detach_opts opts;
	enum cgswap_status status;
	bool again = true;

	status = options_take(&opts, sizeof(opts), sizeof(opts), given, DETACH);
	if (!status && opts.reserved)
		status = error_bad_argument(DETACH, "opts.reserved is %u; wanted 0", opts.reserved);
	if (!status)
		status = chain_require_changeable(chain, DETACH);
	if (!status && opts.expected_revision)
		status = session_require(chain->session, CGSWAP_FEATURE_EXPECTED_REVISION, DETACH);
	if (status)
		return status;
	for (int i = 0; i < TRIES && again; i++)
		status = detach_once(chain, selector, &opts, &again);
	if (again)
		return error_set(CGSWAP_CAUSE_LOST_RACE, ESTALE, DETACH,
				 "%s of %s kept changing; looked at it %d times",
				 chain->type->short_name, chain->cgroup->path, TRIES);
	if (status || opts.dry_run)
		return status;
	read_after(chain, DETACH);
	return CGSWAP_OK;
}

enum cgswap_status cgswap_chain_detach(cgswap_chain *chain, const char *selector,
				       const struct cgswap_detach_opts *opts)
{
	enum cgswap_status status = handle_enter(chain ? &chain->handle : NULL, DETACH);

	return status ? status : handle_leave(&chain->handle, detach_in(chain, selector, opts));
}
