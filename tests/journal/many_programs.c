/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction with a journal has more programs, old and new, than the process may have descriptors:
 * they are held by pins, and opened when their turn comes. Check, commit, rollback and a second
 * commit, an undo, a forget, and a recover after a kill, keep within a bound of descriptors; and nothing is
 * left of the pins when the handle is closed, or by the next recover after a kill. Where programs cannot be
 * pinned any more, the error says so beside the limit of open files.
 *
 * The arguments are the number of cgroups, the limit of open files, and the bound.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/descriptors_most.h"
#include "../lib/expect.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/many.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CGROUPS = 600, LIMIT = 256, BOUND = 200 };

static size_t count = CGROUPS;
static unsigned bound = BOUND;
static struct many many;

/* Shared with the child that dies. */
static struct ids {
	uint32_t old, new;
} *ids;

/* ---- the number of descriptors --------------------------------------------------------------- */

static int on_progress(size_t done, size_t total, void *user)
{
	descriptors_most_look();
	return killed_after_steps(done, total, user);
}

/* ---- the fixture ----------------------------------------------------------------------------- */

static void build(void)
{
	char path[MANY_PATH];

	many = many_make("programs", count, false);
	ids = mmap(NULL, count * sizeof(*ids), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		   -1, 0);
	if (ids == MAP_FAILED)
		bail_out("no memory");
	for (size_t i = 0; i < count; i++) {
		int program = prog_pass(EGRESS, "old");
		int cgroup = open(many_path(path, &many, i), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		ids[i].old = raw_prog_id(program);
		if (raw_attach(cgroup, program, EGRESS, RAW_MULTI))
			bail_out("cannot attach a program");
		close(program);
		close(cgroup);
	}
}

static size_t count_with(bool new)
{
	char path[MANY_PATH];
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		int cgroup = open(many_path(path, &many, i), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct raw_chain chain;

		found += raw_query(cgroup, EGRESS, 0, &chain) == 0 && chain.count == 2 &&
			 chain.ids[1] == (new ? ids[i].new : ids[i].old);
		close(cgroup);
	}
	return found;
}

static unsigned count_pins(void)
{
	DIR *directory = opendir(BPFFS);
	unsigned found = 0;
	struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		found += strncmp(entry->d_name, "cgswap", 6) == 0;
	if (directory)
		closedir(directory);
	return found;
}

static void nothing_left(const char *when)
{
	is_int(count_pins(), 0, "no pin is left %s", when);
	ok(!state_dir_has("journal") && !state_dir_has("shelves"), "and no file");
}

static cgswap_session *open_session(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .bpffs = BPFFS,
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir() };
	cgswap_session *session;

	expect_ok(cgswap_session_open(&session, &opts), "a session with a state directory");
	return session;
}

/* Only the transaction has the new program afterwards. */
static enum cgswap_status add_step(cgswap_session *session, cgswap_replace *replace, size_t index)
{
	int fd = prog_pass(EGRESS, "new");
	cgswap_program *program = live_program(session, fd);
	char path[MANY_PATH], old[32];
	enum cgswap_status status;
	cgswap_chain *chain;

	ids[index].new = raw_prog_id(fd);
	snprintf(old, sizeof(old), "id:%u", ids[index].old);
	chain = live_chain(session, many_path(path, &many, index), "egress");
	status = cgswap_replace_add(replace, chain, old, program, NULL);
	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	close(fd);
	return status;
}

static cgswap_replace *make_transaction(cgswap_session *session, size_t steps, bool keep_old)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts),
						  .journal = 1,
						  .keep_old = keep_old };
	cgswap_replace *replace;
	size_t added = 0;

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction with a journal");
	while (added < steps && !add_step(session, replace, added))
		added++;
	if (added < steps)
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	is_int(added, steps, "all steps are added");
	return replace;
}

/* ---- the tests ------------------------------------------------------------------------------- */

static void there_and_back(void)
{
	const struct cgswap_commit_opts opts = { .sz = sizeof(opts), .progress = on_progress };
	cgswap_session *session = open_session();
	cgswap_replace *replace;

	descriptors_most_begin();
	replace = make_transaction(session, count, false);
	descriptors_most_within(bound, "adding");
	descriptors_most_begin();
	expect_ok(cgswap_replace_check(replace), "the check");
	descriptors_most_within(bound, "the check");
	for (int i = 0; i < 2; i++) {
		descriptors_most_begin();
		expect_ok(cgswap_replace_commit(replace, &opts), "the commit");
		descriptors_most_within(bound, "the commit");
		is_int(count_with(true), count, "all cgroups have their new program");
		ok(!state_dir_has("journal"), "the transaction has ended");
		descriptors_most_begin();
		expect_ok(cgswap_replace_rollback(replace), "the rollback");
		descriptors_most_within(bound, "the rollback");
		is_int(count_with(false), count, "all cgroups have their old program");
	}
	cgswap_replace_unref(replace);
	nothing_left("when the handle is closed");
	cgswap_session_unref(session);
}

static void undone(void)
{
	const struct cgswap_undo_opts opts = { .sz = sizeof(opts) };
	cgswap_session *session = open_session();
	cgswap_replace *replace = make_transaction(session, count, true);

	expect_ok(cgswap_replace_commit(replace, NULL), "a commit that holds the old programs");
	cgswap_replace_unref(replace);
	is_int(count_with(true), count, "all cgroups have their new program");
	descriptors_most_begin();
	expect_ok(cgswap_session_undo(NULL, session, &opts), "its undo");
	descriptors_most_within(bound, "the undo");
	is_int(count_with(false), count, "all cgroups have their old program");
	nothing_left("by the undo");
	cgswap_session_unref(session);
}

/* The new programs are the old ones of this transaction. */
static void forgotten(void)
{
	cgswap_session *session = open_session();
	cgswap_replace *replace;
	uint64_t id;

	for (size_t i = 0; i < count; i++)
		ids[i].old = ids[i].new;
	replace = make_transaction(session, count, true);
	expect_ok(cgswap_replace_commit(replace, NULL), "a commit that holds the old programs");
	id = cgswap_replace_get_id(replace);
	cgswap_replace_unref(replace);
	descriptors_most_begin();
	expect_ok(cgswap_session_forget(session, id), "its forget");
	descriptors_most_within(bound, "the forget");
	is_int(count_with(true), count, "all cgroups have their new program");
	nothing_left("by the forget");
	cgswap_session_unref(session);
}

/* Only in the namespace of this test. */
static void remount_bpffs(unsigned long flags)
{
	if (mount(NULL, BPFFS, NULL, MS_BIND | MS_REMOUNT | flags, NULL))
		bail_out("cannot remount the bpffs");
}

/* The process itself needs no descriptor for a step. */
static enum cgswap_status add_old(cgswap_session *session, cgswap_replace *replace, size_t index,
				  cgswap_program *new)
{
	char path[MANY_PATH], old[32];
	cgswap_chain *chain;
	enum cgswap_status status;

	snprintf(old, sizeof(old), "id:%u", ids[index].old);
	status = cgswap_chain_open(&chain, session, many_path(path, &many, index), "egress");
	if (!status)
		status = cgswap_replace_add(replace, chain, old, new, NULL);
	cgswap_chain_unref(chain);
	return status;
}

static void cannot_pin(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	cgswap_session *session = open_session();
	int fd = prog_pass(EGRESS, "new");
	cgswap_program *new = live_program(session, fd);
	cgswap_replace *replace;
	size_t added = 0;

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction with a journal");
	remount_bpffs(MS_RDONLY);
	while (added < count && !add_old(session, replace, added, new))
		added++;
	ok(added < count, "without pins there are too few descriptors, after %zu steps", added);
	is_int(cgswap_error_get_cause(cgswap_last_error()), CGSWAP_CAUSE_TOO_MANY_FILES,
	       "the error is about descriptors");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "'" BPFFS "' (EROFS)",
		"the remedy says that programs cannot be pinned");
	remount_bpffs(0);
	cgswap_replace_unref(replace);
	cgswap_program_unref(new);
	cgswap_session_unref(session);
	close(fd);
	is_int(count_with(false), count, "all cgroups have their old program");
	nothing_left("when the handle is closed");
}

/* The process dies before this step of the commit; or after it has added this many, SIZE_MAX. */
static void die(size_t steps, size_t before)
{
	const struct cgswap_commit_opts opts = { .sz = sizeof(opts),
						 .progress = on_progress,
						 .user = &before };
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		cgswap_session *session;
		cgswap_replace *replace;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!freopen("/dev/null", "w", stdout))
			_exit(1);
		session = open_session();
		replace = make_transaction(session, steps, false);
		if (before < steps)
			cgswap_replace_commit(replace, &opts);
		kill(getpid(), SIGKILL);
	}
	killed_child(pid);
}

static void recovered(enum cgswap_recover action, const char *name)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts), .action = action };
	cgswap_session *session = open_session();

	descriptors_most_begin();
	expect_ok(cgswap_session_recover(NULL, session, &opts), "a recover that will %s", name);
	descriptors_most_within(bound, "the recover");
	nothing_left("by a recover");
	cgswap_session_unref(session);
}

static void killed_while_adding(void)
{
	diag("killed before the commit");
	die(count, SIZE_MAX);
	ok(count_pins() > 0 && state_dir_has("shelves"), "pins are left of it");
	recovered(CGSWAP_RECOVER_LIST, "list");
	is_int(count_with(false), count, "all cgroups have their old program");
	die(count, SIZE_MAX);
	there_and_back();
}

static void killed_in_the_commit(void)
{
	diag("killed in the commit");
	die(count, count / 2);
	ok(count_pins() > 0 && state_dir_has("journal"), "its journal is left");
	recovered(CGSWAP_RECOVER_UNDO, "undo");
	is_int(count_with(false), count, "all cgroups have their old program");
	die(count, count / 2);
	recovered(CGSWAP_RECOVER_FINISH, "finish");
	is_int(count_with(true), count, "all cgroups have their new program");
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
	cannot_pin();
	there_and_back();
	undone();
	killed_while_adding();
	killed_in_the_commit();
	forgotten();
	many_remove(&many);
	munmap(ids, count * sizeof(*ids));
	return done_testing();
}
