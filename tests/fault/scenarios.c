/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenarios_parts.h"

#include "../lib/live.h"
#include "../lib/tap.h"

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

const char *run_text(const struct run *run)
{
	static char text[RUN_TEXT + 128];

	snprintf(text, sizeof(text), "%s (%s): %s",
		 run->cause ? cgswap_cause_get_name(run->cause) : "ok",
		 cgswap_errno_get_name(run->errnum), run->message);
	return text;
}

/* ---- parts ----------------------------------------------------------------------------------- */

bool part_session(struct run *run)
{
	/* a fault that stays would be waited for; retry_time.c is about this time */
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .retry_time_ms = -1 };

	return run_did(run, cgswap_session_open(&run->session, &opts));
}

bool part_chain(struct run *run, int index)
{
	return run_did(run, cgswap_chain_open(&run->chain[index], run->session,
					      fixture.path[index % FAULT_FIXTURE_CGROUPS],
					      index < FAULT_FIXTURE_CGROUPS ? "egress" : "ingress"));
}

bool part_program(struct run *run, int index)
{
	return run_did(run, cgswap_program_open(&run->program[index], run->session,
						fault_fixture_by_fd(fixture.new[index]), NULL));
}

/* Cached, so that a scenario allocates nothing itself. */
const char *part_object(void)
{
	static char *path;

	if (!path)
		path = build_path("tests/bpf/object/one_program.bpf.o");
	return path;
}

bool run_open(struct run *run)
{
	bool good = part_session(run) && part_chain(run, 0) && part_chain(run, 1);

	for (int i = 0; good && i < FAULT_FIXTURE_NEW; i++)
		good = part_program(run, i);
	return good;
}

bool part_step(struct run *run, int index)
{
	int c = index / 2, i = c ? index % 2 * 2 : 1 - index % 2;

	return run_did(run, cgswap_replace_add(run->replace, run->chain[c],
					       fault_fixture_by_id(fixture.old_id[c][i]), run->program[index],
					       NULL));
}

bool run_plan(struct run *run, const struct cgswap_replace_opts *opts)
{
	bool good = run_open(run) &&
		    run_did(run, cgswap_replace_new(&run->replace, run->session, opts));

	for (int i = 0; good && i < FAULT_FIXTURE_NEW; i++)
		good = part_step(run, i);
	return good;
}

bool part_commit(struct run *run)
{
	return run_did(run, cgswap_replace_commit(run->replace, NULL));
}

void run_end(struct run *run)
{
	for (size_t i = 0; i < FAULT_FIXTURE_NEW; i++) {
		const cgswap_step *step = cgswap_replace_get_step(run->replace, i);

		run->state[i] = cgswap_step_get_state(step);
		run->step_cause[i] = cgswap_step_get_cause(step);
		run->verified[i] = cgswap_step_get_verified(step);
	}
	cgswap_replace_unref(run->replace);
	for (int i = 0; i < FAULT_FIXTURE_NEW; i++)
		cgswap_program_unref(run->program[i]);
	for (int c = 0; c < FAULT_FIXTURE_CHAINS; c++)
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

/* ---- scenarios that change nothing ----------------------------------------------------------- */

static void play_features(struct run *run)
{
	bool has, good = part_session(run);

	for (size_t i = 1; good && i <= cgswap_feature_get_count(); i++)
		good = run_did(run, cgswap_session_has(run->session, (enum cgswap_feature)i, &has));
	if (good)
		run_did(run, cgswap_session_has_attach_type(run->session, "connect_unix", &has));
}

static void play_mounts_given(struct run *run)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.cgroup_root = fixture.path[0],
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
	if (part_session(run))
		run_did(run, cgswap_session_walk(run->session, fixture.path[0], hear, NULL));
}

static void play_chain_by_path(struct run *run)
{
	if (part_session(run) && part_chain(run, 0) &&
	    run_did(run, cgswap_chain_read(run->chain[0])))
		run_did(run, cgswap_chain_read_effective(run->chain[0]));
}

static void play_chain_by_fd(struct run *run)
{
	if (part_session(run))
		run_did(run, cgswap_chain_open(&run->chain[0], run->session,
					       fault_fixture_by_fd(fixture.cgroup[0]), "egress"));
}

static void play_describe(struct run *run)
{
	if (part_session(run) && part_chain(run, 0))
		run_did(run, cgswap_chain_describe(run->chain[0], CGSWAP_DESCRIBE_ALL));
}

static void find(struct run *run, const char *selector)
{
	size_t position;

	if (part_session(run) && part_chain(run, 0))
		run_did(run, cgswap_chain_find(run->chain[0], selector, &position));
}

static void play_find_id(struct run *run)
{
	find(run, fault_fixture_by_id(fixture.old_id[0][0]));
}

static void play_find_name(struct run *run)
{
	find(run, "name:old02");
}

static void play_find_pin(struct run *run)
{
	find(run, fixture.pin);
}

static void play_find_position(struct run *run)
{
	find(run, "pos:2");
}

static void play_find_fd(struct run *run)
{
	find(run, fault_fixture_by_fd(fixture.old[0][0]));
}

static void play_find_nothing(struct run *run)
{
	find(run, "name:absent");
}

static void play_find_elsewhere(struct run *run)
{
	find(run, fault_fixture_by_id(fixture.old_id[1][0]));
}

static void play_find_link(struct run *run)
{
	find(run, "link:1");
}

/* All programs of the fixture have the same instructions. */
static void play_find_tag(struct run *run)
{
	char tag[32];

	if (!part_session(run) || !part_program(run, 0))
		return;
	snprintf(tag, sizeof(tag), "tag:%s", cgswap_program_get_tag(run->program[0]));
	if (part_chain(run, 0)) {
		size_t position;

		run_did(run, cgswap_chain_find(run->chain[0], tag, &position));
	}
}

static void open_source(struct run *run, const char *source)
{
	if (part_session(run))
		run_did(run, cgswap_program_open(&run->program[0], run->session, source, NULL));
}

static void play_program_by_fd(struct run *run)
{
	open_source(run, fault_fixture_by_fd(fixture.new[0]));
}

static void play_program_by_id(struct run *run)
{
	open_source(run, fault_fixture_by_id(fixture.new_id[0]));
}

static void play_program_by_pin(struct run *run)
{
	open_source(run, fixture.pin_new);
}

static void play_program_by_object(struct run *run)
{
	open_source(run, part_object());
}

static void play_inspect(struct run *run)
{
	cgswap_object *object;

	if (!part_session(run))
		return;
	run_did(run, cgswap_object_open(&object, run->session, part_object()));
	cgswap_object_unref(object);
}

const struct scenario scenarios[] = {
	{ "open a session, ask for all features", play_features, false },
	{ "open a session with given mounts", play_mounts_given, false },
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
	{ "find a name that is not attached", play_find_nothing, false },
	{ "find a program of another chain", play_find_elsewhere, false },
	{ "open a program by a descriptor", play_program_by_fd, false },
	{ "open a program by its id", play_program_by_id, false },
	{ "open a program by its pin", play_program_by_pin, false },
	{ "open a program of an object", play_program_by_object, true },
	{ "inspect an object", play_inspect, true },
	{ "attach", play_attach, false },
	{ "attach preorder", play_attach_preorder, false },
	{ "attach, dry run", play_attach_dry, false },
	{ "attach in a mode that is refused", play_attach_refused, false },
	{ "detach by id", play_detach, false },
	{ "detach by pin", play_detach_by_pin, false },
	{ "detach, dry run", play_detach_dry, false },
	{ "check four steps", play_check, false },
	{ "commit four steps", play_commit, false },
	{ "plan four steps and drain", play_drain, false },
	{ "commit four steps without verification", play_commit_unverified, false },
	{ "commit and roll back", play_roll_back, false },
	{ "commit, roll back and commit", play_commit_again, false },
	{ "commit a step that the kernel refuses", play_commit_refused, false },
	{ "replace by pins", play_replace_by_pin, false },
	{ "attach and pin", play_attach_pinned, false },
	{ "attach by a link and pin the link", play_attach_link_pinned, false },
	{ "attach by a link and take its descriptor", play_attach_link_handed_over, false },
	{ "attach a link beside another", play_attach_link_beside, false },
	{ "attach before an entry", play_attach_before, false },
	{ "attach after an entry with a link", play_attach_after, false },
	{ "attach first", play_attach_first, false },
	{ "detach an entry with a link", play_detach_link, false },
	{ "detach in override mode", play_detach_override, false },
	{ "replace an entry with a link", play_replace_link, false },
	{ "replace an entry with a link and its pin", play_replace_link_pinned, false },
	{ "replace an entry with a link and its pin, and roll back", play_replace_link_pinned_and_back, false },
	{ "replace by a link where the kernel misorders", play_replace_link_mistaken, false },
	{ "replace in override mode", play_replace_override, false },
	{ "replace in override mode with a pin, and roll back", play_replace_override_and_back, false },
	{ "commit four steps with link, override and preorder", play_mixed, false },
	{ "commit four steps with link, override and preorder, and roll back", play_mixed_and_back, false },
	{ "check four steps with link, override and preorder", play_mixed_checked, false },
	{ "commit mixed steps and one that the kernel refuses", play_mixed_refused, false },
	{ "commit mixed steps with one descriptor for all, and roll back", play_mixed_reopened, false },
	{ "refuse mixed steps with one descriptor for all", play_mixed_reopened_refused, false },
	{ "replace in a chain that cannot be read", play_replace_unreadable, false },
	{ "replace by an object, and roll back", play_replace_by_object, true },
	{ "replace with reused maps, and roll back", play_replace_maps_reused, true },
	{ "open a program with another one's maps", play_program_reusing_maps, true },
	{ "replace without a required map", play_replace_maps_required, true },
	{ "replace two programs that share a new map, and roll back", play_replace_maps_shared, true },
	{ "attach, detach and swap, and roll back", play_entries, false },
	{ "check steps that attach and detach", play_entries_checked, false },
	{ "attach and detach, and one that the kernel refuses", play_entries_refused, false },
	{ "load an object with the maps of two programs", play_object_load, true },
	{ "attach an object of two programs, and roll back", play_object_attach, true },
	{ "attach an object of two programs, dry run", play_object_attach_dry, true },
	{ "replace the programs of an object, and roll back", play_object_replace, true },
};

const size_t scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);
