/* SPDX-License-Identifier: BSD-2-Clause */
#include "hostile_fixture.h"

#include "../lib/chains.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"
#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENTRIES = 3, HANDLES_MAX = 64 };

/* A cgroup with its programs, which can be restored after a call. */
struct target {
	struct scratch cgroup;
	cgswap_chain *chain;
	int progs[ENTRIES];
	struct raw_chain wanted;
};

static struct {
	cgswap_session *session;
	cgswap_program *program; /* not attached */
	cgswap_program *second;  /* the new program of the planned steps */
	cgswap_replace *replace;
	struct target here; /* used by good calls */
	struct target done;
	struct target undone;
	char spare_source[32];
	char selector[32]; /* selects an entry */
	char object[512];
	cgswap_object *loaded;
} good;

static struct {
	const char *type;
	struct odd_handle odd;
} handles[HANDLES_MAX];
static size_t handle_count;

static void keep(const char *type, const char *name, const void *handle, bool closed)
{
	if (handle_count == HANDLES_MAX || !handle)
		bail_out("%s: %s is missing", type, name);
	handles[handle_count].type = type;
	handles[handle_count++].odd = (struct odd_handle){ name, handle, closed };
}

static void must(enum cgswap_status status)
{
	if (status)
		bail_out("cannot build the fixture: %s", cgswap_error_get_message(cgswap_last_error()));
}

static struct target make_target(const char *name)
{
	struct target target = { .cgroup = scratch_new(name) };

	prog_pass_many(EGRESS, name, target.progs, ENTRIES);
	/* an object replaces the entry that has the name of its program */
	close(target.progs[0]);
	target.progs[0] = prog_pass(EGRESS, "tell");
	for (int i = 0; i < ENTRIES; i++)
		if (raw_attach(target.cgroup.fd, target.progs[i], EGRESS, RAW_MULTI))
			bail_out("cannot attach");
	target.chain = live_chain(good.session, target.cgroup.path, "egress");
	target.wanted = chain_now(target.cgroup.fd, EGRESS);
	return target;
}

/* A transaction with one step, for the last entry. */
static cgswap_replace *planned(cgswap_chain *chain, cgswap_program *program)
{
	cgswap_replace *replace;

	must(cgswap_replace_new(&replace, good.session, NULL));
	must(cgswap_replace_add(replace, chain, "pos:2", program, NULL));
	return replace;
}

static cgswap_program *load(cgswap_session *session, uint32_t attach_type, const char *name)
{
	int fd = prog_pass(attach_type, name);
	cgswap_program *program = live_program(session, fd);

	close(fd);
	return program;
}

/* ---- handles by type ------------------------------------------------------------------------ */

static void make_sessions(void)
{
	const struct cgswap_session_opts poor = {
		.sz = sizeof(poor),
		.disable_features = "replace,link,revision,expected_revision,preorder",
	};
	cgswap_session *closed = live_session(), *without;

	keep("cgswap_session", "good", good.session, false);
	must(cgswap_session_close(closed));
	keep("cgswap_session", "closed", closed, true);
	must(cgswap_session_open(&without, &poor));
	keep("cgswap_session", "without features", without, false);
}

static void make_chains(void)
{
	struct scratch empty = scratch_new("empty"), gone = scratch_new("gone");
	cgswap_session *other = live_session();
	cgswap_chain *closed = live_chain(good.session, empty.path, "egress");
	cgswap_chain *of_gone = live_chain(good.session, gone.path, "egress");

	keep("cgswap_chain", "good", good.here.chain, false);
	must(cgswap_chain_close(closed));
	keep("cgswap_chain", "closed", closed, true);
	scratch_remove(&gone);
	keep("cgswap_chain", "its cgroup was removed", of_gone, false);
	keep("cgswap_chain", "empty", live_chain(good.session, empty.path, "egress"), false);
	keep("cgswap_chain", "of another attach type", live_chain(good.session, empty.path, "device"), false);
	keep("cgswap_chain", "of another session",
	     live_chain(other, good.here.cgroup.path, "egress"), false);
	cgswap_session_unref(other);
}

static void make_programs(void)
{
	cgswap_session *other = live_session();
	cgswap_program *closed = load(good.session, EGRESS, "closed");

	keep("cgswap_program", "good", good.program, false);
	must(cgswap_program_close(closed));
	keep("cgswap_program", "closed", closed, true);
	keep("cgswap_program", "of another attach type", load(good.session, DEVICE, "device"), false);
	keep("cgswap_program", "of another session", load(other, EGRESS, "other"), false);
	keep("cgswap_program", "attached already", live_program(good.session, good.here.progs[0]),
	     false);
	cgswap_session_unref(other);
}

static void find_object(void)
{
	char *path = build_path("tests/bpf/object/metadata.bpf.o");

	snprintf(good.object, sizeof(good.object), "%s", path);
	free(path);
}

static void make_objects(void)
{
	cgswap_session *other = live_session();
	cgswap_object *object, *closed, *orphan;

	must(cgswap_object_open(&object, good.session, good.object));
	keep("cgswap_object", "good", object, false);
	must(cgswap_object_open(&good.loaded, good.session, good.object));
	must(cgswap_object_load(good.loaded, NULL));
	must(cgswap_object_open(&closed, good.session, good.object));
	must(cgswap_object_close(closed));
	keep("cgswap_object", "closed", closed, true);
	must(cgswap_object_open(&orphan, other, good.object));
	must(cgswap_session_close(other));
	keep("cgswap_object", "of a closed session", orphan, true);
	cgswap_session_unref(other);
}

/* The good session has a state directory, in which nothing is unfinished. */
static void make_journals(void)
{
	cgswap_journal *journal, *closed;

	must(cgswap_session_recover(&journal, good.session, NULL));
	keep("cgswap_journal", "good", journal, false);
	must(cgswap_session_recover(&closed, good.session, NULL));
	must(cgswap_journal_close(closed));
	keep("cgswap_journal", "closed", closed, true);
}

static void make_histories(void)
{
	cgswap_history *history, *closed;

	must(cgswap_history_open(&history, good.session));
	keep("cgswap_history", "good", history, false);
	must(cgswap_history_open(&closed, good.session));
	must(cgswap_history_close(closed));
	keep("cgswap_history", "closed", closed, true);
}

static void keep_step(const char *name, const cgswap_replace *replace)
{
	keep("cgswap_step", name, cgswap_replace_get_step(replace, 0), false);
}

static void make_replaces(void)
{
	struct target gone = make_target("vanishing");
	cgswap_replace *empty, *done = planned(good.done.chain, good.second);
	cgswap_replace *undone = planned(good.undone.chain, good.second);
	cgswap_replace *closed = planned(good.here.chain, good.second);
	cgswap_replace *cancelled = planned(good.here.chain, good.second);
	cgswap_replace *failed = planned(gone.chain, good.second);

	keep("cgswap_replace", "good", good.replace, false);
	must(cgswap_replace_close(closed));
	keep("cgswap_replace", "closed", closed, true);
	must(cgswap_replace_new(&empty, good.session, NULL));
	keep("cgswap_replace", "empty", empty, false);
	must(cgswap_replace_commit(done, NULL));
	good.done.wanted = chain_now(good.done.cgroup.fd, EGRESS);
	keep("cgswap_replace", "committed", done, false);
	must(cgswap_replace_commit(undone, NULL));
	must(cgswap_replace_rollback(undone));
	keep("cgswap_replace", "rolled back", undone, false);
	cgswap_replace_cancel(cancelled);
	keep("cgswap_replace", "cancelled", cancelled, false);
	scratch_remove(&gone.cgroup);
	cgswap_replace_commit(failed, NULL);
	keep("cgswap_replace", "its cgroup was removed", failed, false);
	must(cgswap_chain_close(gone.chain));
	keep_step("good", good.replace);
	keep_step("done", done);
	keep_step("undone", undone);
	keep_step("failed", failed);
}

/* Closing a session closes its handles. */
static void make_orphans(void)
{
	cgswap_session *session = live_session();
	cgswap_chain *chain = live_chain(session, good.here.cgroup.path, "egress");
	cgswap_program *program = load(session, EGRESS, "orphan");
	cgswap_replace *replace;

	must(cgswap_replace_new(&replace, session, NULL));
	must(cgswap_replace_add(replace, chain, "pos:0", program, NULL));
	must(cgswap_session_close(session));
	keep("cgswap_chain", "of a closed session", chain, true);
	keep("cgswap_program", "of a closed session", program, true);
	keep("cgswap_replace", "of a closed session", replace, true);
	cgswap_session_unref(session);
}

static void make_entries(void)
{
	cgswap_chain *described = live_chain(good.session, good.here.cgroup.path, "egress");

	must(cgswap_chain_describe(described, CGSWAP_DESCRIBE_ALL));
	keep("cgswap_entry", "good", cgswap_chain_get_entry(described, 0), false);
	keep("cgswap_entry", "undescribed", cgswap_chain_get_entry(good.here.chain, 1), false);
}

static void make_finds(void)
{
	cgswap_session *other = live_session();
	cgswap_find *find, *closed, *orphan;

	must(cgswap_find_open(&find, good.session, good.selector, CGSWAP_FIND_ALL));
	keep("cgswap_find", "good", find, false);
	must(cgswap_find_open(&closed, good.session, good.selector, 0));
	must(cgswap_find_close(closed));
	keep("cgswap_find", "closed", closed, true);
	must(cgswap_find_open(&orphan, other, good.selector, CGSWAP_FIND_ENTRIES));
	must(cgswap_session_close(other));
	keep("cgswap_find", "of a closed session", orphan, true);
	cgswap_session_unref(other);
}

static void make_cleans(void)
{
	cgswap_session *other = live_session();
	cgswap_clean *clean, *closed, *orphan;

	must(cgswap_clean_open(&clean, good.session));
	keep("cgswap_clean", "good", clean, false);
	must(cgswap_clean_open(&closed, good.session));
	must(cgswap_clean_close(closed));
	keep("cgswap_clean", "closed", closed, true);
	must(cgswap_clean_open(&orphan, other));
	must(cgswap_session_close(other));
	keep("cgswap_clean", "of a closed session", orphan, true);
	cgswap_session_unref(other);
}

static void make_errors(void)
{
	cgswap_chain_find(good.here.chain, "absent", &(size_t){ 0 });
	keep("cgswap_error", "good", cgswap_error_dup(), false);
}

void hostile_fixture_build(void)
{
	int spare = prog_pass(EGRESS, "spare");

	must(cgswap_session_open(&good.session,
				 &(struct cgswap_session_opts){ .sz = sizeof(struct cgswap_session_opts),
								.scratch_cgroup = live_scratch,
								.state_dir = state_dir() }));
	good.here = make_target("here");
	good.done = make_target("done");
	good.undone = make_target("undone");
	good.program = live_program(good.session, spare);
	good.second = load(good.session, EGRESS, "second");
	good.replace = planned(good.here.chain, good.second);
	snprintf(good.spare_source, sizeof(good.spare_source), "fd:%d", spare);
	snprintf(good.selector, sizeof(good.selector), "%s", by_id(good.here.progs[1]));
	find_object();
	make_sessions();
	make_objects();
	make_journals();
	make_histories();
	make_chains();
	make_programs();
	make_replaces();
	make_orphans();
	make_entries();
	make_finds();
	make_cleans();
	make_errors();
}

const struct odd_handle *hostile_handles(const char *type, size_t *count)
{
	static struct odd_handle found[HANDLES_MAX];

	*count = 0;
	for (size_t i = 0; i < handle_count; i++)
		if (!strcmp(handles[i].type, type))
			found[(*count)++] = handles[i].odd;
	/* an event exists during a callback only, where good_event() reads it */
	if (!*count && strcmp(type, "cgswap_event"))
		bail_out("no handle of type %s: add some to %s", type, __FILE__);
	return found;
}

const void *hostile_good_handle(const char *type)
{
	for (size_t i = 0; i < handle_count; i++)
		if (!strcmp(handles[i].type, type))
			return handles[i].odd.handle;
	bail_out("no handle of type %s", type);
}

const void *hostile_loaded_object(void)
{
	return good.loaded;
}

const char *hostile_good_string(const char *name)
{
	static struct {
		const char *name;
		const char *good;
	} strings[] = {
		{ "cgroup", good.here.cgroup.path }, { "attach_type", "egress" },
		{ "selector", good.selector },             { "old", "pos:1" },
		{ "source", good.spare_source },     { "name", "not_attached" },
		{ "path", good.object },             { "program", "tell" },
	};

	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		if (!strcmp(strings[i].name, name))
			return strings[i].good;
	return "word";
}

/* ---- changes by calls ----------------------------------------------------------------------- */

static bool restore_target(const struct target *target)
{
	struct raw_chain now = chain_now(target->cgroup.fd, EGRESS);

	if (now.count == target->wanted.count && now.flags == target->wanted.flags &&
	    !memcmp(now.ids, target->wanted.ids, now.count * sizeof(*now.ids)))
		return true;
	for (uint32_t i = 0; i < now.count; i++) {
		int fd = raw_prog_open(now.ids[i]);

		raw_detach(target->cgroup.fd, fd, EGRESS);
		close(fd);
	}
	for (uint32_t i = 0; i < target->wanted.count; i++) {
		int fd = raw_prog_open(target->wanted.ids[i]);

		if (raw_attach(target->cgroup.fd, fd, EGRESS, RAW_MULTI))
			bail_out("cannot restore the fixture");
		close(fd);
	}
	return false;
}

bool hostile_untouched(void)
{
	bool here = restore_target(&good.here), done = restore_target(&good.done);

	return restore_target(&good.undone) && done && here;
}
