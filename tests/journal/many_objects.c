/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recursive replace by an object, in many cgroups whose old programs have maps of their own each: the
 * object is loaded once for each, and reuses the maps of that one. With a journal the search, check, commit,
 * rollback and undo, and a recover in each direction after a kill, keep within a bound of descriptors, and
 * leave no pins.
 *
 * The arguments are the number of cgroups, the limit of open files, and the bound.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/descriptors_most.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/many.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CGROUPS = 300, LIMIT = 256, BOUND = 200 };

static size_t count = CGROUPS;
static unsigned bound = BOUND;
static struct many many;

/* The program that is attached to each at first, and the map in which it counts packets. */
static struct old {
	uint32_t id, hits;
} *olds;

static int on_progress(size_t done, size_t total, void *user)
{
	descriptors_most_look();
	return killed_after_steps(done, total, user);
}

/* ---- the fixture ----------------------------------------------------------------------------- */

/* Returns the id of the program's map of this name, or 0. */
static uint32_t find_map(uint32_t program, const char *wanted)
{
	int fd = raw_prog_open(program);
	uint32_t ids[RAW_MAPS_MAX], found = 0;
	size_t maps = raw_prog_maps(fd, ids);
	char name[16];

	for (size_t i = 0; i < maps; i++)
		if (strcmp(raw_map_name(ids[i], name), wanted) == 0)
			found = ids[i];
	raw_close(fd);
	return found;
}

/* The cgroup's second program; 0: there is none, or more than one. */
static uint32_t attached(size_t index)
{
	char path[MANY_PATH];
	int cgroup = open(many_path(path, &many, index), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct raw_chain chain;
	bool two = raw_query(cgroup, EGRESS, 0, &chain) == 0 && chain.count == 2;

	close(cgroup);
	return two ? chain.ids[1] : 0;
}

static void build(void)
{
	cgswap_session *session = state_dir_session();

	many = many_make("objects", count, false);
	olds = calloc(count, sizeof(*olds));
	if (!olds)
		bail_out("no memory");
	for (size_t i = 0; i < count; i++) {
		char path[MANY_PATH];
		cgswap_chain *chain = live_chain(session, many_path(path, &many, i), "egress");
		cgswap_program *program;

		if (cgswap_program_open(&program, session, map_fixture_object("count_v1"), NULL) ||
		    cgswap_chain_attach(chain, program, NULL))
			bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
		olds[i].id = cgswap_program_get_id(program);
		olds[i].hits = find_map(olds[i].id, "hits");
		cgswap_program_unref(program);
		cgswap_chain_unref(chain);
	}
	cgswap_session_unref(session);
}

static size_t count_old(void)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += attached(i) == olds[i].id;
	return found;
}

/* Those whose new program has the map of their old one. */
static size_t count_new(void)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t id = attached(i);

		found += id && id != olds[i].id && find_map(id, "hits") == olds[i].hits &&
			 find_map(id, "lengths");
	}
	return found;
}

static void all_old(void)
{
	is_int(count_old(), count, "all cgroups have their old program");
}

static void all_new(void)
{
	is_int(count_new(), count, "all cgroups have a new program with their maps");
}

static void nothing_left(const char *when)
{
	ok(state_dir_is_clean() && !state_dir_has("shelves"), "no pin and no file is left %s", when);
}

static cgswap_replace *make_transaction(cgswap_session *session, bool keep_old)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts),
						  .journal = 1,
						  .keep_old = keep_old };
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction with a journal");
	expect_ok(cgswap_replace_add_recursive(replace, many.top, "egress", "counting",
					       map_fixture_object("count_v2"), NULL),
		  "the object for all below");
	is_int(cgswap_replace_get_length(replace), count, "each cgroup has its step");
	is_int(cgswap_replace_get_group_count(replace), count, "and its own program");
	return replace;
}

/* ---- the tests ------------------------------------------------------------------------------- */

static void there_and_back(void)
{
	const struct cgswap_commit_opts opts = { .sz = sizeof(opts), .progress = on_progress };
	cgswap_session *session = state_dir_session();
	cgswap_replace *replace;

	descriptors_most_begin();
	replace = make_transaction(session, false);
	descriptors_most_within(bound, "the search");
	descriptors_most_begin();
	expect_ok(cgswap_replace_check(replace), "the check");
	descriptors_most_within(bound, "the check");
	descriptors_most_begin();
	expect_ok(cgswap_replace_commit(replace, &opts), "the commit");
	descriptors_most_within(bound, "the commit");
	all_new();
	descriptors_most_begin();
	expect_ok(cgswap_replace_rollback(replace), "the rollback");
	descriptors_most_within(bound, "the rollback");
	all_old();
	cgswap_replace_unref(replace);
	nothing_left("when the handle is closed");
	cgswap_session_unref(session);
}

/* A transaction that is to be held dies when this many steps are done. */
static void die(size_t steps)
{
	const struct cgswap_commit_opts opts = { .sz = sizeof(opts),
						 .progress = on_progress,
						 .user = &steps };
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(1);
		cgswap_replace_commit(make_transaction(state_dir_session(), true), &opts);
		_exit(1);
	}
	killed_child(pid);
	ok(state_dir_has("journal"), "a transaction was killed after %zu steps", steps);
}

static void recovered(enum cgswap_recover action, const char *name)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = action };
	cgswap_session *session = state_dir_session();

	descriptors_most_begin();
	expect_ok(cgswap_session_recover(NULL, session, &opts), "a recover that will %s", name);
	descriptors_most_within(bound, "the recover");
	cgswap_session_unref(session);
}

static void undone(void)
{
	cgswap_session *session = state_dir_session();

	descriptors_most_begin();
	expect_ok(cgswap_session_undo(NULL, session, NULL), "its undo");
	descriptors_most_within(bound, "the undo");
	cgswap_session_unref(session);
}

int main(int argc, char **argv)
{
	struct rlimit files;

	need_live();
	bpffs_private();
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = LIMIT;
	if (argc > 3) {
		count = strtoul(argv[1], NULL, 10);
		files.rlim_cur = strtoul(argv[2], NULL, 10);
		bound = (unsigned)strtoul(argv[3], NULL, 10);
		alarm(0);
	}
	if (setrlimit(RLIMIT_NOFILE, &files))
		bail_out("cannot set the limit of open files");
	build();
	there_and_back();
	die(count / 2);
	recovered(CGSWAP_RECOVER_UNDO, "undo");
	all_old();
	nothing_left("by a recover");
	die(count / 2);
	recovered(CGSWAP_RECOVER_FINISH, "finish");
	all_new();
	undone();
	all_old();
	nothing_left("by the undo");
	many_remove(&many);
	free(olds);
	return done_testing();
}
