/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_constants.h"

#include "live.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

const char *constant_fixture_object(const char *name)
{
	char below[64];

	snprintf(below, sizeof(below), "constants/%s", name);
	return map_fixture_object(below);
}

struct map_fixture constant_fixture_new(const char *cgroup, const char *object, const char *const *choices)
{
	struct map_fixture fixture = { 0 };
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .constant_choices = choices };
	cgswap_program *program;

	need_live();
	fixture.session = live_session();
	fixture.cgroup = scratch_new(cgroup);
	fixture.chain = live_chain(fixture.session, fixture.cgroup.path, "egress");
	if (cgswap_program_open(&program, fixture.session, constant_fixture_object(object), &opts) ||
	    cgswap_chain_attach(fixture.chain, program, NULL))
		bail_out("%s: %s\n%s", object, cgswap_error_get_message(cgswap_last_error()),
			 cgswap_error_get_log(cgswap_last_error()));
	cgswap_program_unref(program);
	return fixture;
}

enum cgswap_status constant_fixture_plan(const struct map_fixture *fixture, cgswap_replace **out,
					 const char *object, struct cgswap_step_opts opts)
{
	enum cgswap_status status = cgswap_replace_new(out, fixture->session, NULL);

	if (status)
		return status;
	opts.sz = sizeof(opts);
	status = cgswap_replace_add_source(*out, fixture->chain, "pos:0",
					   constant_fixture_object(object), &opts);
	if (status) {
		cgswap_replace_unref(*out);
		*out = NULL;
	}
	return status;
}

enum cgswap_status constant_fixture_swap(const struct map_fixture *fixture, const char *object,
					 struct cgswap_step_opts opts)
{
	cgswap_replace *replace;
	enum cgswap_status status = constant_fixture_plan(fixture, &replace, object, opts);

	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}

void constant_fixture_reports(cgswap_replace *replace, size_t constants, size_t dropped)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	size_t said = cgswap_step_get_constant_count(step);

	ok(said == constants && cgswap_step_get_dropped_constant_count(step) == dropped,
	   "%zu constants and %zu dropped ones are reported", constants, dropped);
	for (size_t i = 0; said != constants && i < said; i++)
		diag("%s: %s", cgswap_step_get_constant_name(step, i),
		     cgswap_step_get_constant_reason(step, i));
}

void constant_fixture_said(cgswap_replace *replace, const char *name, const char *value, const char *reason)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);

	for (size_t i = 0; i < cgswap_step_get_constant_count(step); i++) {
		if (strcmp(cgswap_step_get_constant_name(step, i), name) != 0)
			continue;
		is_str(cgswap_step_get_constant_value(step, i), value, "the value of %s", name);
		is_str(cgswap_step_get_constant_reason(step, i), reason, "the reason for %s", name);
		return;
	}
	ok(false, "the step reports the constant %s", name);
}

/* The details of one name are in the order of the constants. */
static const char *detail_after(const cgswap_error *error, const char *constant, const char *detail)
{
	size_t count = cgswap_error_get_detail_count(error), i = 0;

	while (i < count && (strcmp(cgswap_error_get_detail_name(error, i), "constant") != 0 ||
			     strcmp(cgswap_error_get_detail_text(error, i), constant) != 0))
		i++;
	for (i++; i < count; i++) {
		const char *name = cgswap_error_get_detail_name(error, i);

		if (strcmp(name, "constant") == 0)
			break;
		if (strcmp(name, detail) == 0)
			return cgswap_error_get_detail_text(error, i);
	}
	return "(none)";
}

void constant_fixture_differs(const char *name, const char *old, const char *new)
{
	const cgswap_error *error = cgswap_last_error();

	is_str(detail_after(error, name, "old_value"), old, "the detail old_value of %s", name);
	is_str(detail_after(error, name, "new_value"), new, "the detail new_value of %s", name);
}
