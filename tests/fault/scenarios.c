/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenarios.h"

#include "../lib/live.h"
#include "../tap/tap.h"

#include <stdio.h>
#include <string.h>

bool run_did(struct run *run, enum cgswap_status status)
{
	const cgswap_error *error = cgswap_last_error();

	run->status = status;
	run->cause = CGSWAP_CAUSE_NONE;
	run->message[0] = '\0';
	if (!status)
		return true;
	run->cause = cgswap_error_get_cause(error);
	run->errnum = cgswap_error_get_errno(error);
	snprintf(run->operation, sizeof(run->operation), "%s", cgswap_error_get_operation(error));
	snprintf(run->message, sizeof(run->message), "%s", cgswap_error_get_message(error));
	snprintf(run->remedy, sizeof(run->remedy), "%s", cgswap_error_get_remedy(error));
	return false;
}

const char *run_tell(const struct run *run)
{
	static char text[RUN_TEXT + 128];

	snprintf(text, sizeof(text), "%s (%s): %s",
		 run->cause ? cgswap_cause_get_name(run->cause) : "ok",
		 cgswap_errno_get_name(run->errnum), run->message);
	return text;
}

/* ---- the parts ------------------------------------------------------------------------------- */

static bool open_session(struct run *run)
{
	return run_did(run, cgswap_session_open(&run->session, NULL));
}

static bool open_chain(struct run *run, int index)
{
	return run_did(run, cgswap_chain_open(&run->chain[index], run->session, stage.path[index],
					      "egress"));
}

static bool open_program(struct run *run, int index)
{
	return run_did(run, cgswap_program_open(&run->program[index], run->session,
						stage_by_fd(stage.new[index]), NULL));
}

bool run_open(struct run *run)
{
	bool good = open_session(run) && open_chain(run, 0) && open_chain(run, 1);

	for (int i = 0; good && i < STAGE_NEW; i++)
		good = open_program(run, i);
	return good;
}

/* Two steps for each chain; the second is for the preorder entry. */
static bool add(struct run *run, int index)
{
	int c = index / 2, i = c ? index % 2 * 2 : 1 - index % 2;

	return run_did(run, cgswap_replace_add(run->replace, run->chain[c],
					       stage_by_id(stage.old_id[c][i]), run->program[index],
					       NULL));
}

bool run_plan(struct run *run, const struct cgswap_replace_opts *opts)
{
	bool good = run_open(run) &&
		    run_did(run, cgswap_replace_new(&run->replace, run->session, opts));

	for (int i = 0; good && i < STAGE_NEW; i++)
		good = add(run, i);
	return good;
}

static bool commit(struct run *run)
{
	return run_did(run, cgswap_replace_commit(run->replace, NULL));
}

void run_end(struct run *run)
{
	for (size_t i = 0; i < STAGE_NEW; i++) {
		const cgswap_step *step = cgswap_replace_get_step(run->replace, i);

		run->state[i] = cgswap_step_get_state(step);
		run->step_cause[i] = cgswap_step_get_cause(step);
		run->verified[i] = cgswap_step_get_verified(step);
	}
	cgswap_replace_unref(run->replace);
	for (int i = 0; i < STAGE_NEW; i++)
		cgswap_program_unref(run->program[i]);
	for (int c = 0; c < STAGE_CGROUPS; c++)
		cgswap_chain_unref(run->chain[c]);
	cgswap_session_unref(run->session);
}

struct run scenario_run(const struct scenario *scenario)
{
	struct run run;

	memset(&run, 0, sizeof(run));
	scenario->play(&run);
	run_end(&run);
	return run;
}

/* ---- looking --------------------------------------------------------------------------------- */

static void play_features(struct run *run)
{
	bool has, good = open_session(run);

	for (size_t i = 1; good && i <= cgswap_feature_get_count(); i++)
		good = run_did(run, cgswap_session_has(run->session, (enum cgswap_feature)i, &has));
	if (good)
		run_did(run, cgswap_session_has_attach_type(run->session, "connect_unix", &has));
}

static void play_mounts_given(struct run *run)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.cgroup_root = stage.path[0],
	};

	run_did(run, cgswap_session_open(&run->session, &opts));
}

static int hear(const char *cgroup, void *user)
{
	(void)cgroup;
	(void)user;
	return 0;
}

static void play_walk(struct run *run)
{
	if (open_session(run))
		run_did(run, cgswap_session_walk(run->session, stage.path[0], hear, NULL));
}

static void play_chain_by_path(struct run *run)
{
	if (open_session(run) && open_chain(run, 0) &&
	    run_did(run, cgswap_chain_read(run->chain[0])))
		run_did(run, cgswap_chain_read_effective(run->chain[0]));
}

static void play_chain_by_fd(struct run *run)
{
	if (open_session(run))
		run_did(run, cgswap_chain_open(&run->chain[0], run->session,
					       stage_by_fd(stage.cgroup[0]), "egress"));
}

static void play_describe(struct run *run)
{
	if (open_session(run) && open_chain(run, 0))
		run_did(run, cgswap_chain_describe(run->chain[0], CGSWAP_DESCRIBE_ALL));
}

static void find(struct run *run, const char *selector)
{
	size_t position;

	if (open_session(run) && open_chain(run, 0))
		run_did(run, cgswap_chain_find(run->chain[0], selector, &position));
}

static void play_find_id(struct run *run)
{
	find(run, stage_by_id(stage.old_id[0][0]));
}

static void play_find_name(struct run *run)
{
	find(run, "name:old02");
}

static void play_find_pin(struct run *run)
{
	find(run, stage.pin);
}

static void play_find_position(struct run *run)
{
	find(run, "pos:2");
}

static void play_find_fd(struct run *run)
{
	find(run, stage_by_fd(stage.old[0][0]));
}

static void play_find_nothing(struct run *run)
{
	find(run, "name:nobody");
}

static void play_find_elsewhere(struct run *run)
{
	find(run, stage_by_id(stage.old_id[1][0]));
}

static void play_find_link(struct run *run)
{
	find(run, "link:1");
}

/* All programs of a stage are one and the same code. */
static void play_find_tag(struct run *run)
{
	char tag[32];

	if (!open_session(run) || !open_program(run, 0))
		return;
	snprintf(tag, sizeof(tag), "tag:%s", cgswap_program_get_tag(run->program[0]));
	if (open_chain(run, 0)) {
		size_t position;

		run_did(run, cgswap_chain_find(run->chain[0], tag, &position));
	}
}

static void open_source(struct run *run, const char *source)
{
	if (open_session(run))
		run_did(run, cgswap_program_open(&run->program[0], run->session, source, NULL));
}

static void play_program_by_fd(struct run *run)
{
	open_source(run, stage_by_fd(stage.new[0]));
}

static void play_program_by_id(struct run *run)
{
	open_source(run, stage_by_id(stage.new_id[0]));
}

static void play_program_by_pin(struct run *run)
{
	open_source(run, stage.pin_new);
}

/* Kept: a scenario takes no memory of its own. */
static const char *object_path(void)
{
	static char *path;

	if (!path)
		path = build_path("tests/lib/bpf/one_program.bpf.o");
	return path;
}

static void play_program_by_object(struct run *run)
{
	open_source(run, object_path());
}

/* ---- changing -------------------------------------------------------------------------------- */

static void attach(struct run *run, const struct cgswap_attach_opts *opts)
{
	if (open_session(run) && open_chain(run, 1) && open_program(run, 0))
		run_did(run, cgswap_chain_attach(run->chain[1], run->program[0], opts));
}

static void play_attach(struct run *run)
{
	attach(run, NULL);
}

static void play_attach_preorder(struct run *run)
{
	attach(run, &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
						  .preorder = CGSWAP_PREORDER_YES });
}

static void play_attach_dry(struct run *run)
{
	attach(run, &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
						  .dry_run = 1 });
}

static void play_attach_refused(struct run *run)
{
	attach(run, &(struct cgswap_attach_opts){ .sz = sizeof(struct cgswap_attach_opts),
						  .mode = CGSWAP_MODE_NONE });
}

static void detach(struct run *run, const char *selector, uint32_t dry_run)
{
	const struct cgswap_detach_opts opts = { .sz = sizeof(opts), .dry_run = dry_run };

	if (open_session(run) && open_chain(run, 0))
		run_did(run, cgswap_chain_detach(run->chain[0], selector, &opts));
}

static void play_detach(struct run *run)
{
	detach(run, stage_by_id(stage.old_id[0][2]), 0);
}

static void play_detach_by_pin(struct run *run)
{
	detach(run, stage.pin, 0);
}

static void play_detach_dry(struct run *run)
{
	detach(run, "pos:0", 1);
}

static void play_check(struct run *run)
{
	if (run_plan(run, NULL))
		run_did(run, cgswap_replace_check(run->replace));
}

static void play_commit(struct run *run)
{
	if (run_plan(run, NULL))
		commit(run);
}

static void play_commit_unverified(struct run *run)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = CGSWAP_VERIFY_OFF };

	if (run_plan(run, &opts))
		commit(run);
}

static void play_roll_back(struct run *run)
{
	if (run_plan(run, NULL) && commit(run))
		run_did(run, cgswap_replace_rollback(run->replace));
}

static void play_commit_again(struct run *run)
{
	if (run_plan(run, NULL) && commit(run) &&
	    run_did(run, cgswap_replace_rollback(run->replace)))
		commit(run);
}

/* The kernel refuses the last step: its new program stands there already. */
static void play_commit_refused(struct run *run)
{
	bool good = run_open(run) &&
		    run_did(run, cgswap_replace_new(&run->replace, run->session, NULL));

	for (int i = 0; good && i < 3; i++)
		good = add(run, i);
	if (good && run_did(run, cgswap_replace_add(run->replace, run->chain[1],
						    stage_by_id(stage.old_id[1][2]),
						    run->program[2], NULL)))
		commit(run);
}

static void play_replace_by_pin(struct run *run)
{
	if (open_session(run) && open_chain(run, 0) &&
	    run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	    run_did(run, cgswap_replace_add_source(run->replace, run->chain[0], stage.pin,
						   stage.pin_new, NULL)))
		commit(run);
}

static void play_replace_by_object(struct run *run)
{
	if (open_session(run) && open_chain(run, 1) &&
	    run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	    run_did(run, cgswap_replace_add_source(run->replace, run->chain[1], "name:old11",
						   object_path(), NULL)) &&
	    commit(run))
		run_did(run, cgswap_replace_rollback(run->replace));
}

const struct scenario scenarios[] = {
	{ "open a session, ask for all features", play_features, false },
	{ "open a session with its mounts given", play_mounts_given, false },
	{ "walk", play_walk, false },
	{ "open a chain by its path, read it", play_chain_by_path, false },
	{ "open a chain by a descriptor", play_chain_by_fd, false },
	{ "describe", play_describe, false },
	{ "find by id", play_find_id, false },
	{ "find by name", play_find_name, false },
	{ "find by tag", play_find_tag, false },
	{ "find by pin", play_find_pin, false },
	{ "find by position", play_find_position, false },
	{ "find by descriptor", play_find_fd, false },
	{ "find by link", play_find_link, false },
	{ "find a name that nobody has", play_find_nothing, false },
	{ "find what is elsewhere", play_find_elsewhere, false },
	{ "open a program by a descriptor", play_program_by_fd, false },
	{ "open a program by its id", play_program_by_id, false },
	{ "open a program by its pin", play_program_by_pin, false },
	{ "open a program of an object", play_program_by_object, true },
	{ "attach", play_attach, false },
	{ "attach preorder", play_attach_preorder, false },
	{ "attach, dry", play_attach_dry, false },
	{ "attach, refused", play_attach_refused, false },
	{ "detach by id", play_detach, false },
	{ "detach by pin", play_detach_by_pin, false },
	{ "detach, dry", play_detach_dry, false },
	{ "check four steps", play_check, false },
	{ "commit four steps", play_commit, false },
	{ "commit four steps without verification", play_commit_unverified, false },
	{ "commit and roll back", play_roll_back, false },
	{ "commit, roll back and commit", play_commit_again, false },
	{ "commit what the kernel refuses", play_commit_refused, false },
	{ "replace by pins", play_replace_by_pin, false },
	{ "replace by an object, and back", play_replace_by_object, true },
};

const size_t scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);
