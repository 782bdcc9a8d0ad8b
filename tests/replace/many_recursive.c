/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recursive replace in many more cgroups than the process may have descriptors: it takes few of them
 * and little memory for each cgroup, and its time grows with the number of cgroups, not faster.
 *
 * The arguments are the number of cgroups and the limit of open files.
 */
#include "../lib/attach_types.h"
#include "../lib/descriptors.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	CGROUPS = 2000,
	LIMIT = 256,
	BRANCH = 100, /* cgroups in each of the cgroups between */
	SAMPLES = 64,
	BYTES_MAX = 1024,
	FILES_MAX = 256,
	SMALLER = 8 /* about the part that is measured first */
};

/* The time of a cgroup in a transaction that is this many times larger; disturbances included. */
static const double growth_max = 2.5;

static struct scratch top, first = { .fd = -1 }, last = { .fd = -1 };
static size_t made;
static int old, new;
static unsigned files_before, files_most;

struct cost {
	double us;    /* processor time of a cgroup: search, steps, commit, second look, rollback */
	size_t bytes; /* all of its memory */
};

static void limit_files(rlim_t soft)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = soft;
	if (setrlimit(RLIMIT_NOFILE, &files))
		bail_out("cannot lower the limit of open files");
}

static void close_scratch(struct scratch *scratch)
{
	if (scratch->fd >= 0)
		raw_close(scratch->fd);
	scratch->fd = -1;
}

/* Opens the next child of a parent in the place of the one before. */
static void open_child(struct scratch *child, const struct scratch *parent, size_t number)
{
	char name[24];

	close_scratch(child);
	snprintf(name, sizeof(name), "%zu", number % BRANCH);
	*child = scratch_child(parent, name);
}

/* top/N/N/N, each with the old program; the cgroups between have none. */
static void grow_to(size_t count)
{
	static struct scratch branch = { .fd = -1 }, twig = { .fd = -1 };

	for (; made < count; made++) {
		if (made % (BRANCH * BRANCH) == 0)
			open_child(&branch, &top, made / (BRANCH * BRANCH));
		if (made % BRANCH == 0)
			open_child(&twig, &branch, made / BRANCH);
		if (made == 1)
			last.fd = -1; /* which is the first one too */
		open_child(&last, &twig, made);
		if (raw_attach(last.fd, old, EGRESS, RAW_MULTI))
			bail_out("cannot attach");
		if (made == 0)
			first = last;
	}
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Large blocks are counted by themselves. */
static size_t bytes_used(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* Counting takes longer than a step. */
static int count_files(const cgswap_event *event, void *user)
{
	unsigned files;

	if (cgswap_event_get_done(event) % (made / SAMPLES) != 1)
		return 0;
	files = descriptors_count();
	if (files > *(unsigned *)user)
		*(unsigned *)user = files;
	return 0;
}

static void each_is(cgswap_replace *replace, enum cgswap_step_state state, const char *when)
{
	size_t count = 0;

	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++)
		count += cgswap_step_get_state(cgswap_replace_get_step(replace, i)) == state;
	is_int(count, (long long)made, "each step is %s %s", cgswap_step_state_get_name(state), when);
}

static void ends_hold(int program, const char *when)
{
	chain_is(first.fd, EGRESS, &program, 1, "the first cgroup has its program");
	chain_is(last.fd, EGRESS, &program, 1, when);
}

static struct cost measure(void)
{
	struct cgswap_commit_opts opts = {
		.sz = sizeof(opts), .event = count_files, .event_user = &files_most
	};
	cgswap_session *session = live_session();
	size_t bytes = bytes_used();
	double began = now_us(), spent;
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add_recursive(replace, top.path, "egress", by_id(old), by_fd(new),
					       NULL), "all below");
	bytes = bytes_used() - bytes;
	spent = now_us() - began;
	each_is(replace, CGSWAP_STEP_PLANNED, "before the commit");
	began = now_us();
	expect_ok(cgswap_replace_commit(replace, &opts), "the commit");
	spent += now_us() - began;
	each_is(replace, CGSWAP_STEP_DONE, "after the commit");
	ends_hold(new, "and the last one after the commit");
	began = now_us();
	expect_ok(cgswap_replace_rollback(replace), "the rollback");
	spent += now_us() - began;
	each_is(replace, CGSWAP_STEP_UNDONE, "after the rollback");
	ends_hold(old, "and the last one after the rollback");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	return (struct cost){ spent / (double)made, bytes };
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : CGROUPS;
	size_t few = count / SMALLER;
	struct cost small, large;
	size_t bytes;

	need_live();
	if (argc > 1)
		alarm(0); /* a long run */
	limit_files(argc > 2 ? strtoul(argv[2], NULL, 10) : LIMIT);
	top = scratch_new("many");
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	grow_to(few);
	files_before = descriptors_count();
	small = measure();
	grow_to(count);
	large = measure();
	bytes = (large.bytes - small.bytes) / (made - few);
	diag("%zu cgroups: %.1f us each, of %zu: %.1f us; %zu bytes a step; %u descriptors", made,
	     large.us, few, small.us, bytes, files_most - files_before);
	ok(files_most - files_before <= FILES_MAX, "the transaction takes few descriptors");
	ok(bytes <= BYTES_MAX, "a step takes little memory");
	ok(large.us <= growth_max * small.us, "a cgroup takes as long among many as among few");
	return done_testing();
}
