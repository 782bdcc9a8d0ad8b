/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction over many more cgroups than the process may have descriptors commits all steps or
 * none, and rolls back also when the process has no descriptor left. A cgroup that was removed and
 * made again meanwhile is noticed, and not touched.
 *
 * The arguments are the number of cgroups and the limit of open files.
 */
#include "../lib/descriptors.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/many.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CGROUPS = 1500, LIMIT = 256, DISTINCT = 300, BYTES_MAX = 1024, FILES_MAX = 256 };

static size_t count = CGROUPS;
static rlim_t limit = LIMIT;

struct transaction {
	cgswap_session *session;
	cgswap_program *program;
	cgswap_replace *replace;
	int new;
};

static void limit_files(rlim_t soft)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = soft;
	if (setrlimit(RLIMIT_NOFILE, &files))
		bail_out("cannot lower the limit of open files");
}

/* Returns the first cgroup whose step is refused; the count: none. */
static size_t add_steps(struct transaction *run, const struct many *many, const char *old)
{
	char path[MANY_PATH];

	for (size_t i = 0; i < many->count; i++) {
		cgswap_chain *chain = live_chain(run->session, many_path(path, many, i), "egress");
		enum cgswap_status status = cgswap_replace_add(run->replace, chain, old,
							       run->program, NULL);

		cgswap_chain_unref(chain);
		if (status)
			return i;
	}
	return many->count;
}

/* The session's table of the machine's links is not part of a step. */
static void read_links(const struct transaction *run, const struct many *many)
{
	char path[MANY_PATH];
	cgswap_chain *chain = live_chain(run->session, many_path(path, many, 0), "egress");

	cgswap_chain_describe(chain, CGSWAP_DESCRIBE_LINKS);
	cgswap_chain_unref(chain);
}

static void begin(struct transaction *run, const struct many *many)
{
	unsigned files = descriptors_count();
	char old[32];
	size_t bytes, added;

	run->new = prog_pass(EGRESS, "new");
	run->session = live_session();
	run->program = live_program(run->session, run->new);
	expect_ok(cgswap_replace_new(&run->replace, run->session, NULL), "a transaction");
	snprintf(old, sizeof(old), "id:%u", raw_prog_id(many->program));
	read_links(run, many);
	bytes = mallinfo2().uordblks;
	added = add_steps(run, many, old);
	bytes = (mallinfo2().uordblks - bytes) / many->count;
	if (added < many->count)
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	is_int(added, many->count, "all steps are added");
	files = descriptors_count() - files;
	ok(files <= FILES_MAX && files <= limit / 2, "they take %u descriptors", files);
	ok(bytes <= BYTES_MAX, "a step takes %zu bytes", bytes);
}

static void end(struct transaction *run)
{
	cgswap_replace_unref(run->replace);
	cgswap_program_unref(run->program);
	cgswap_session_unref(run->session);
	raw_close(run->new);
}

/* The descriptors of the pool differ from call to call, so they are not compared. */
static void fails_with(enum cgswap_status status, enum cgswap_cause cause, const char *name)
{
	const struct cgswap_error *error = cgswap_last_error();

	if (!ok(status && cgswap_error_get_cause(error) == cause, "%s: %s", name,
		cgswap_cause_get_name(cause)))
		diag("got %s: %s", cgswap_cause_get_name(cgswap_error_get_cause(error)),
		     cgswap_error_get_message(error));
}

static void all_are_swapped(bool by_links)
{
	struct many many = many_make("many", count, by_links);
	struct transaction run;

	limit_files(limit);
	diag("%zu cgroups, with %s", count, by_links ? "links" : "plain entries");
	begin(&run, &many);
	expect_ok(cgswap_replace_check(run.replace), "the check");
	for (int i = 0; i < 2; i++) {
		expect_ok(cgswap_replace_commit(run.replace, NULL), "the commit");
		is_int(many_with(&many, run.new), count, "all cgroups have the new program");
		expect_ok(cgswap_replace_rollback(run.replace), "the rollback");
		is_int(many_with(&many, many.program), count, "all cgroups have the old program");
	}
	end(&run);
	many_remove(&many);
}

/* Removes a cgroup in the middle, and makes it again. */
static void one_is_remade(void)
{
	struct many many = many_make("remade", count, false);
	const cgswap_step *step;
	struct transaction run;

	diag("one of %zu cgroups is removed and made again", count);
	begin(&run, &many);
	many_remake(&many, count / 2);
	fails_with(cgswap_replace_commit(run.replace, NULL), CGSWAP_CAUSE_CGROUP_GONE, "the commit");
	is_int(many_with(&many, many.program), count, "all cgroups have the old program");
	step = cgswap_replace_get_step(run.replace, count / 2);
	is_int(cgswap_step_get_cause(step), CGSWAP_CAUSE_CGROUP_GONE, "the step has the cause");
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_FAILED, "and has failed");
	step = cgswap_replace_get_step(run.replace, 0);
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_UNDONE, "the first step was undone");
	fails_with(cgswap_replace_check(run.replace), CGSWAP_CAUSE_CGROUP_GONE, "a check");
	end(&run);
	many_remove(&many);
}

static int use_up_descriptors(size_t done, size_t of, void *user)
{
	if (done == of / 2)
		while (dup(STDOUT_FILENO) >= 0)
			(*(unsigned *)user)++;
	return done == of / 2 + of / 4;
}

static void without_descriptors(bool by_links)
{
	struct many many = many_make("none", count, by_links);
	unsigned used = 0;
	struct cgswap_commit_opts opts = {
		.sz = sizeof(opts), .progress = use_up_descriptors, .user = &used
	};
	struct transaction run;

	diag("no descriptor is left after half of the steps, %s",
	     by_links ? "with links" : "with plain entries");
	begin(&run, &many);
	fails_with(cgswap_replace_commit(run.replace, &opts), CGSWAP_CAUSE_CANCELLED, "the commit");
	ok(used > 0, "it had used up %u descriptors", used);
	for (int fd = 3; fd < (int)limit; fd++)
		if (fd != many.program && fd != many.release && fd != run.new &&
		    fcntl(fd, F_GETFD) == 0)
			close(fd);
	is_int(many_with(&many, many.program), count, "all cgroups have the old program");
	end(&run);
	many_remove(&many);
}

/* Each needs a descriptor, since its last one might be closed, and it could not be put back. */
static void programs_do_not_fit(void)
{
	struct many many = many_make("distinct", DISTINCT, false);
	struct transaction run;
	char path[MANY_PATH];
	size_t added;

	diag("%d programs that differ", DISTINCT);
	for (size_t i = 0; i < many.count; i++) {
		int program = prog_pass(EGRESS, "distinct");
		int cgroup = open(many_path(path, &many, i), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (raw_attach(cgroup, program, EGRESS, RAW_MULTI))
			bail_out("cannot attach a program");
		close(program);
		close(cgroup);
	}
	run.new = prog_pass(EGRESS, "new");
	run.session = live_session();
	run.program = live_program(run.session, run.new);
	expect_ok(cgswap_replace_new(&run.replace, run.session, NULL), "a transaction");
	added = add_steps(&run, &many, "pos:1");
	ok(added > limit / 2 && added < DISTINCT, "%zu steps were added", added);
	is_int(cgswap_error_get_cause(cgswap_last_error()), CGSWAP_CAUSE_TOO_MANY_FILES,
	       "the next one is refused for its descriptor");
	ok(strstr(cgswap_error_get_remedy(cgswap_last_error()), "fewer") != NULL &&
		   strstr(cgswap_error_get_remedy(cgswap_last_error()), "opts.journal") != NULL,
	   "the remedy: %s", cgswap_error_get_remedy(cgswap_last_error()));
	expect_ok(cgswap_replace_commit(run.replace, NULL), "the commit of the others");
	expect_ok(cgswap_replace_rollback(run.replace), "the rollback");
	end(&run);
	many_remove(&many);
}

/* The descriptor that the caller gave may be the link's last, and the transaction's copy keeps it. */
static void link_by_descriptor_is_kept(void)
{
	struct many before = many_make("before", limit, false),
		    after = many_make("after", limit, false);
	struct scratch cgroup = scratch_new("own");
	int program = prog_pass(EGRESS, "own"),
	    link = raw_link_create(cgroup.fd, program, EGRESS, 0);
	struct raw_chain chain;
	struct transaction run;
	cgswap_chain *own;
	char old[32];

	diag("a link that is given by its descriptor");
	limit_files(LIMIT);
	begin(&run, &before);
	own = live_chain(run.session, cgroup.path, "egress");
	snprintf(old, sizeof(old), "fd:%d", link);
	expect_ok(cgswap_replace_add(run.replace, own, old, run.program, NULL), "its step");
	cgswap_chain_unref(own);
	raw_close(link);
	snprintf(old, sizeof(old), "id:%u", raw_prog_id(after.program));
	is_int(add_steps(&run, &after, old), after.count, "more steps are added");
	ok(raw_query(cgroup.fd, EGRESS, 0, &chain) == 0 && chain.count == 1,
	   "the program is attached after the caller closed the link");
	expect_ok(cgswap_replace_commit(run.replace, NULL), "the commit");
	ok(raw_query(cgroup.fd, EGRESS, 0, &chain) == 0 && chain.ids[0] == raw_prog_id(run.new),
	   "the link holds the new program");
	expect_ok(cgswap_replace_rollback(run.replace), "the rollback");
	end(&run);
	raw_close(program);
	raw_close(cgroup.fd);
	scratch_remove(&cgroup);
	many_remove(&before);
	many_remove(&after);
}

int main(int argc, char **argv)
{
	need_live();
	if (argc > 2) {
		count = strtoul(argv[1], NULL, 10);
		limit = strtoul(argv[2], NULL, 10);
	}
	all_are_swapped(false);
	all_are_swapped(true);
	one_is_remade();
	without_descriptors(false);
	without_descriptors(true);
	limit_files(LIMIT);
	limit = LIMIT;
	programs_do_not_fit();
	link_by_descriptor_is_kept();
	return done_testing();
}
