/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds a swap of a program, or of what a source has. */
#include "base/error.h"
#include "base/opts.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

/*
 * Returns the transaction's reference to the same program, if it has one; that of an object knows
 * more of its maps.
 */
static struct program *add_share_program(const struct cgswap_replace *replace,
					 struct program *program)
{
	struct program *known = program->maps
					? NULL
					: program_table_get(&replace->programs, program->info.id);

	if (!known)
		return program;
	program_unref(program);
	return known;
}

static enum cgswap_status add_complete(struct cgswap_replace *replace, struct cgswap_step *step,
				       const struct cgswap_program *program)
{
	enum cgswap_status status;

	replace_take_constants(step, program->constants);
	status = replace_prepare_step(replace, step, program->program);
	if (!status)
		status = replace_compare_constants(replace, step, program->program);
	if (status)
		return replace_refuse_step(step, status);
	replace_append_step(replace, step, program->program);
	return CGSWAP_OK;
}

static enum cgswap_status add_enter(cgswap_replace *replace, cgswap_chain *chain)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "replace");

	if (status)
		return status;
	status = handle_join(chain ? &chain->handle : NULL);
	if (status)
		return handle_leave(&replace->handle, status);
	status = cgroup_hold(chain->cgroup);
	if (status) {
		handle_leave(&chain->handle, status);
		handle_leave(&replace->handle, status);
	}
	return status;
}

static enum cgswap_status add_leave(cgswap_replace *replace, cgswap_chain *chain,
				    enum cgswap_status status)
{
	if (status)
		replace_remedy_files(replace);
	chain_leave(chain, status);
	return handle_leave(&replace->handle, status);
}

enum cgswap_status cgswap_replace_add(cgswap_replace *replace, cgswap_chain *chain, const char *old,
				      cgswap_program *program, const struct cgswap_step_opts *opts)
{
	enum cgswap_status status = add_enter(replace, chain);
	struct cgswap_step *step;

	if (status)
		return status;
	status = handle_join(program ? &program->handle : NULL);
	if (status)
		return add_leave(replace, chain, status);
	if (program->session->kernel == replace->session->kernel)
		status = replace_new_swap(&step, replace, chain, old, program->program, opts);
	else
		status = error_bad_argument(
			"the replace and the program belong to different kernels");
	if (!status)
		status = add_complete(replace, step, program);
	handle_leave(&program->handle, status);
	return add_leave(replace, chain, status);
}

enum cgswap_status cgswap_replace_add_source(cgswap_replace *replace, cgswap_chain *chain,
					     const char *old, const char *source,
					     const struct cgswap_step_opts *given)
{
	enum cgswap_status status = add_enter(replace, chain);
	struct cgswap_step_opts opts;
	struct load_opts load_opts;
	struct program *program;
	struct cgswap_step *step;

	if (status)
		return status;
	status = replace_new_swap(&step, replace, chain, old, NULL, given);
	if (status)
		return add_leave(replace, chain, status);
	opts_take(&opts, sizeof(opts), OPTS_FIRST_STEP, given);
	load_opts = (struct load_opts){
		.maps = step->asked.maps,
		.constants = opts.constants,
		.map_choices = (const char *const *)step->asked.map_choices,
		.constant_choices = opts.constant_choices,
		.old_object = opts.old_object,
		.recorded = replace_recorded_origin,
		.recorded_user = replace,
		.records = replace->keeps_journal,
	};
	/* loading costs most, so it comes after all other checks */
	status = load_cache_open(&program, &step->constants, &replace->load_cache, replace->session,
				 source, chain->type, step->target.old, &load_opts);
	if (status)
		return add_leave(replace, chain, replace_refuse_step(step, status));
	program = add_share_program(replace, program);
	status = replace_prepare_step(replace, step, program);
	if (!status)
		status = replace_compare_constants(replace, step, program);
	if (!status)
		status = replace_find_left_pins(replace, step,
						(const struct program *const[]){ program }, 1,
						step->asked.maps);
	if (status)
		replace_refuse_step(step, status);
	else
		replace_append_step(replace, step, program);
	program_unref(program);
	return add_leave(replace, chain, status);
}
