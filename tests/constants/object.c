/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs of an object share their constants: an attach of the object sets them, and a replace by
 * an object is refused where they differ until it is told. If the old programs have different values
 * of one constant, the new ones cannot have both.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/attach_types.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>

static cgswap_session *session;

static enum cgswap_status attach(const struct scratch *cgroup, const char *only, const char *value)
{
	const struct cgswap_object_opts opts = { .sz = sizeof(opts),
						 .only = only ? CHOICES(only) : NULL,
						 .constant_choices = CHOICES(value) };
	cgswap_object *object;
	enum cgswap_status status = cgswap_object_open(&object, session, constant_fixture_object("two_gates_v1"));

	if (!status)
		status = cgswap_object_attach(NULL, object, cgroup->path, &opts);
	cgswap_object_unref(object);
	return status;
}

/* Plans to replace both programs; *out is NULL after an error. */
static enum cgswap_status plan_both(cgswap_replace **out, const struct scratch *cgroup,
				    struct cgswap_object_opts opts)
{
	cgswap_object *object;
	enum cgswap_status status = cgswap_object_open(&object, session, constant_fixture_object("two_gates_v2"));

	opts.sz = sizeof(opts);
	*out = NULL;
	if (!status)
		status = cgswap_replace_new(out, session, NULL);
	if (!status)
		status = cgswap_replace_add_object(*out, cgroup->path, object, &opts);
	cgswap_object_unref(object);
	if (status) {
		cgswap_replace_unref(*out);
		*out = NULL;
	}
	return status;
}

/* The steps of an attach report the constants that were given, also of an object that was loaded before. */
static void check_reported(void)
{
	const struct scratch cgroup = scratch_new("reported");
	const struct cgswap_object_opts given = { .sz = sizeof(given),
						  .constant_choices = CHOICES("deny_all=1") };

	for (int loaded = 0; loaded <= 1; loaded++) {
		const struct cgswap_object_opts opts = { .sz = sizeof(opts),
							 .constant_choices = given.constant_choices,
							 .dry_run = true };
		const struct cgswap_object_opts bare = { .sz = sizeof(bare), .dry_run = true };
		cgswap_replace *replace = NULL;
		cgswap_object *object;

		expect_ok(cgswap_object_open(&object, session, constant_fixture_object("two_gates_v1")),
			  "an object");
		if (loaded)
			expect_ok(cgswap_object_load(object, &given), "it is loaded");
		expect_ok(cgswap_object_attach(&replace, object, cgroup.path, loaded ? &bare : &opts),
			  "it is attached");
		is_int(cgswap_replace_get_length(replace), 2, "two steps");
		for (size_t i = 0; i < cgswap_replace_get_length(replace); i++) {
			const cgswap_step *step = cgswap_replace_get_step(replace, i);

			is_int(cgswap_step_get_constant_count(step), 1, "step %zu reports one constant", i);
			is_str(cgswap_step_get_constant_name(step, 0), "deny_all", "its name");
			is_str(cgswap_step_get_constant_value(step, 0), "1", "its value");
			is_str(cgswap_step_get_constant_reason(step, 0), "given by name", "the reason");
		}
		cgswap_replace_unref(replace);
		cgswap_object_unref(object);
	}
}

static void check_shared(void)
{
	struct scratch cgroup = scratch_new("shared");
	struct cgswap_object_opts none = { 0 };
	cgswap_replace *replace;

	expect_ok(attach(&cgroup, NULL, "deny_all=1"), "an object with a constant");
	EXPECT_CAUSE(plan_both(&replace, &cgroup, none), CONSTANTS_CHANGED, "a replace without a word");
	constant_fixture_differs("deny_all", "1", "0");
	expect_ok(plan_both(&replace, &cgroup, (struct cgswap_object_opts){ .constants = CGSWAP_CONSTANTS_OLD }),
		  "with the old values");
	constant_fixture_said(replace, "deny_all", "1", "old: requested by the constant policy");
	is_str(cgswap_step_get_constant_value(cgswap_replace_get_step(replace, 1), 0), "1",
	       "the second step has it too");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	EXPECT_CAUSE(plan_both(&replace, &cgroup, none), CONSTANTS_CHANGED, "the new programs have it");
	expect_ok(plan_both(&replace, &cgroup,
			    (struct cgswap_object_opts){ .old_object = constant_fixture_object("two_gates_v2") }),
		  "the old object tells that it was set");
	constant_fixture_said(replace, "deny_all", "1", "old: a loader had set it");
	cgswap_replace_unref(replace);
	expect_ok(plan_both(&replace, &cgroup,
			    (struct cgswap_object_opts){ .constant_choices = CHOICES("deny_all=0") }),
		  "a value");
	constant_fixture_said(replace, "deny_all", "0", "given by name");
	cgswap_replace_unref(replace);
	scratch_remove(&cgroup);
}

static void check_different(void)
{
	struct scratch cgroup = scratch_new("different");
	cgswap_replace *replace;

	expect_ok(attach(&cgroup, "gate_out", "deny_all=1"), "one program with a value");
	expect_ok(attach(&cgroup, "gate_in", "deny_all=2"), "the other with another one");
	EXPECT_CAUSE(plan_both(&replace, &cgroup,
			       (struct cgswap_object_opts){ .maps = CGSWAP_MAPS_NEW,
							    .constants = CGSWAP_CONSTANTS_OLD }),
		     CONSTANTS_CHANGED, "both old values");
	expect_message("'deny_all' is 1 in program ");
	expect_message(", 2 in program ");
	expect_ok(plan_both(&replace, &cgroup,
			    (struct cgswap_object_opts){ .maps = CGSWAP_MAPS_NEW,
							 .constants = CGSWAP_CONSTANTS_NEW }),
		  "the new values");
	cgswap_replace_unref(replace);
	scratch_remove(&cgroup);
}

/* An old program without constants takes no part, in either order. */
static void check_only_one_has(const char *with, const char *without, uint32_t type)
{
	struct scratch cgroup = scratch_new("one_has");
	int fd = prog_pass(type, without);
	cgswap_replace *replace;

	raw_attach(cgroup.fd, fd, type, BPF_F_ALLOW_MULTI);
	expect_ok(attach(&cgroup, with, "deny_all=1"), "one program has the constant");
	EXPECT_CAUSE(plan_both(&replace, &cgroup, (struct cgswap_object_opts){ 0 }), CONSTANTS_CHANGED,
		     "a replace without a word");
	constant_fixture_differs("deny_all", "1", "0");
	expect_ok(plan_both(&replace, &cgroup,
			    (struct cgswap_object_opts){ .constants = CGSWAP_CONSTANTS_OLD }),
		  "with the old values");
	for (size_t i = 0; i < 2; i++)
		is_str(cgswap_step_get_constant_value(cgswap_replace_get_step(replace, i), 0), "1",
		       "step %zu has the old value", i);
	cgswap_replace_unref(replace);
	expect_ok(plan_both(&replace, &cgroup,
			    (struct cgswap_object_opts){
				    .old_object = constant_fixture_object("two_gates_v1") }),
		  "with the old object");
	constant_fixture_said(replace, "deny_all", "1", "old: a loader had set it");
	cgswap_replace_unref(replace);
	scratch_remove(&cgroup);
}

/* All programs whose maps may be reused are compared, in whatever order they are given. */
static void check_load_of_two(void)
{
	struct scratch cgroup = scratch_new("two_olds");
	char ids[2][16];

	expect_ok(attach(&cgroup, "gate_out", "deny_all=1"), "one program with a value");
	expect_ok(attach(&cgroup, "gate_in", "deny_all=0"), "the other has that of the file");
	for (int i = 0; i < 2; i++) {
		cgswap_chain *chain = live_chain(session, cgroup.path, i ? "ingress" : "egress");

		snprintf(ids[i], sizeof(ids[i]), "id:%u",
			 cgswap_entry_get_id(cgswap_chain_get_entry(chain, 0)));
		cgswap_chain_unref(chain);
	}
	for (int i = 0; i < 2; i++) {
		const struct cgswap_object_opts opts = { .sz = sizeof(opts),
							 .maps = CGSWAP_MAPS_NEW,
							 .reuse_maps_of = CHOICES(ids[i], ids[!i]) };
		cgswap_object *object;

		expect_ok(cgswap_object_open(&object, session, constant_fixture_object("two_gates_v2")),
			  "an object");
		EXPECT_CAUSE(cgswap_object_load(object, &opts), CONSTANTS_CHANGED, "order %d", i);
		expect_message("and 0 in the file");
		cgswap_object_unref(object);
	}
	scratch_remove(&cgroup);
}

int main(void)
{
	need_live();
	session = live_session();
	check_reported();
	check_shared();
	check_different();
	check_only_one_has("gate_out", "gate_in", INGRESS);
	check_only_one_has("gate_in", "gate_out", EGRESS);
	check_load_of_two();
	cgswap_session_unref(session);
	return done_testing();
}
