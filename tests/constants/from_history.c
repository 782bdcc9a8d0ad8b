/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which constants cgswap set in a program that it loaded is in the history of a transaction with a
 * journal. A later replace of that program needs no file and no choice: what was set is taken over, and
 * what was not set is the new file's. A program that is not in the history is refused as before.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <string.h>

static cgswap_replace *add(cgswap_session *session, const struct map_fixture *fixture,
			    const char *object, struct cgswap_step_opts opts, uint32_t journal)
{
	const struct cgswap_replace_opts replace_opts = { .sz = sizeof(replace_opts),
							  .journal = journal };
	cgswap_chain *chain = live_chain(session, fixture->cgroup.path, "egress");
	cgswap_replace *replace;

	opts.sz = sizeof(opts);
	if (cgswap_replace_new(&replace, session, &replace_opts))
		bail_out("no transaction");
	if (cgswap_replace_add_source(replace, chain, "pos:0", constant_fixture_object(object),
				      &opts)) {
		cgswap_replace_unref(replace);
		replace = NULL;
	}
	cgswap_chain_unref(chain);
	return replace;
}

static void replace_with(const struct map_fixture *fixture, const char *object,
			 struct cgswap_step_opts opts, const char *what)
{
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace = add(session, fixture, object, opts, 1);

	ok(replace && !cgswap_replace_commit(replace, NULL), "%s", what);
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
}

static void refused(const struct map_fixture *fixture, const char *object, const char *what)
{
	cgswap_session *session = state_dir_session();

	ok(!add(session, fixture, object, (struct cgswap_step_opts){ 0 }, 1) &&
		   cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_CONSTANTS_CHANGED,
	   "%s", what);
	cgswap_session_unref(session);
}

static void taken_over(const struct map_fixture *fixture, const char *object, const char *value)
{
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace = add(session, fixture, object, (struct cgswap_step_opts){ 0 }, 1);

	if (!replace)
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	constant_fixture_said(replace, "limit", value, "old: a loader had set it");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
}

/* A value that was set stays one if a file has it too. */
static void equal_to_the_file(void)
{
	const struct cgswap_step_opts none = { 0 };
	struct map_fixture fixture = constant_fixture_new("unknown", "gate_v1", CHOICES("limit=7"));

	replace_with(&fixture, "gate_limit", none, "the new file has the value of an unknown load");
	refused(&fixture, "gate_v1", "a loader may have set it, for all that is known");
	replace_with(&fixture, "gate_limit",
		     (struct cgswap_step_opts){ .old_object = constant_fixture_object("gate_v1") },
		     "the file of the old program tells that it was set");
	map_fixture_free(&fixture);

	fixture = constant_fixture_new("given", "gate_v1", NULL);
	replace_with(&fixture, "gate_limit",
		     (struct cgswap_step_opts){ .constant_choices = CHOICES("limit=7") },
		     "the value of the file is given by name");
	taken_over(&fixture, "gate_v1", "7");
	replace_with(&fixture, "gate_limit", none, "the new file has the value that was set");
	taken_over(&fixture, "gate_v1", "7");
	replace_with(&fixture, "gate_limit", (struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_NEW },
		     "the file's are asked for");
	replace_with(&fixture, "gate_v1", none, "then none is set");
	map_fixture_free(&fixture);
}

int main(void)
{
	const struct cgswap_step_opts choices = { .constant_choices =
							  CHOICES("deny_all=old", "limit=new") };
	struct map_fixture fixture;
	cgswap_session *session;
	cgswap_history *history;
	cgswap_replace *replace;

	need_live();
	bpffs_private();
	fixture = constant_fixture_new("history", "gate_v1", CHOICES("deny_all=1"));
	session = state_dir_session();
	ok(!add(session, &fixture, "gate_limit", (struct cgswap_step_opts){ 0 }, 1),
	   "the history does not know the first program");
	is_int(cgswap_error_get_cause(cgswap_last_error()), CGSWAP_CAUSE_CONSTANTS_CHANGED,
	       "its cause");
	replace = add(session, &fixture, "gate_limit", choices, 1);
	expect_ok(cgswap_replace_commit(replace, NULL), "a replace with choices");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);

	session = state_dir_session();
	expect_ok(cgswap_history_open(&history, session), "the history");
	is_int(cgswap_history_get_constant_count(history, 0), 1, "it has one constant");
	is_str(cgswap_history_get_constant_name(history, 0, 0), "deny_all", "that was set");
	is_str(cgswap_history_get_constant_value(history, 0, 0), "1", "its value");
	ok(cgswap_history_get_constant_program_id(history, 0, 0) ==
		   cgswap_history_get_change_new_id(history, 0, 0),
	   "its program");
	cgswap_history_unref(history);
	replace = add(session, &fixture, "gate_v1", (struct cgswap_step_opts){ 0 }, 1);
	if (!replace)
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	constant_fixture_said(replace, "deny_all", "1", "old: a loader had set it");
	constant_fixture_said(replace, "limit", "5", "new: no loader had set it");
	expect_ok(cgswap_replace_commit(replace, NULL), "a replace without choices");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);

	session = state_dir_session();
	replace = add(session, &fixture, "gate_limit",
		       (struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_NEW }, 0);
	constant_fixture_said(replace, "deny_all", "0", "new: requested by the constant policy");
	cgswap_replace_unref(replace);
	replace = add(session, &fixture, "gate_limit", (struct cgswap_step_opts){ 0 }, 0);
	constant_fixture_said(replace, "deny_all", "1", "old: a loader had set it");
	expect_ok(cgswap_replace_commit(replace, NULL), "one without a journal reads it too");
	cgswap_replace_unref(replace);
	ok(!add(session, &fixture, "gate_v1", (struct cgswap_step_opts){ 0 }, 1),
	   "and its program is not in the history");
	cgswap_session_unref(session);
	map_fixture_free(&fixture);
	equal_to_the_file();
	return done_testing();
}
