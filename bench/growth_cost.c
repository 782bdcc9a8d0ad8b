/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cost of planning swaps, beside a bare loop over the same cgroups in the same run.
 *
 * The bare loop does for each cgroup as much as a program without the library would: open it, QUERY, get
 * the old program by its id, REPLACE, QUERY, close both. The library's calls are timed by themselves:
 * opening the chains, add, check, commit. Then one replace in an open chain is compared with its own
 * calls by hand. All this without other links on the machine, and with a thousand.
 *
 * Last, transactions over 1,000 and 10,000 cgroups under a limit of 1,024 open files: processor time,
 * memory and descriptors. Rounds alternate; the tenth percentiles are compared. Needs root.
 *
 * An argument is the number of cgroups of the largest transaction.
 */
#include "cgswap.h"
#include "../tests/lib/attach_types.h"
#include "../tests/lib/descriptors.h"
#include "../tests/lib/many.h"
#include "../tests/lib/programs.h"
#include "../tests/lib/rawbpf.h"
#include "../tests/lib/scratch.h"
#include "fail.h"
#include "timing.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ROUNDS = 60, CGROUPS = 40, SINGLES = 20, FOREIGN = 1000, LARGE = 10000, LIMIT = 1024 };

/* The figures of a round, in us a cgroup. */
enum { BARE, OPEN, ADD, CHECK, COMMIT, SINGLE, SINGLE_BARE, FIGURES };

struct bench {
	struct many many;
	int new;
	uint32_t new_id;
	cgswap_session *session;
	cgswap_program *program;
	cgswap_chain **chains;
	double figures[FIGURES][ROUNDS];
};

static double now_us(void)
{
	return timing_ns_of(CLOCK_MONOTONIC) / 1000;
}

/* A large transaction is made once, so what other processes do at the time must not count. */
static double used_us(void)
{
	return timing_ns_of(CLOCK_PROCESS_CPUTIME_ID) / 1000;
}

/* ---- by hand ------------------------------------------------------------------------------- */

/* QUERY, the program by its id, REPLACE, QUERY, close. */
static void bare_replace(int cgroup, int new)
{
	struct raw_chain chain;
	int old;

	if (raw_query(cgroup, EGRESS, 0, &chain) || chain.count != 1)
		bench_die("a bare QUERY failed");
	old = raw_prog_open(chain.ids[0]);
	if (old < 0 || raw_replace(cgroup, new, old, EGRESS, RAW_MULTI | RAW_REPLACE) ||
	    raw_query(cgroup, EGRESS, 0, &chain))
		bench_die("a bare REPLACE failed");
	close(old);
}

static void bare_loop(const struct bench *bench, int new)
{
	char path[MANY_PATH];

	for (size_t i = 0; i < bench->many.count; i++) {
		int fd = open(many_path(path, &bench->many, i), O_PATH | O_CLOEXEC);

		bare_replace(fd, new);
		close(fd);
	}
}

/* ---- by the library ------------------------------------------------------------------------ */

static void open_chains(struct bench *bench)
{
	char path[MANY_PATH];

	for (size_t i = 0; i < bench->many.count; i++)
		bench_must(cgswap_chain_open(&bench->chains[i], bench->session,
				       many_path(path, &bench->many, i), "egress"));
}

static void close_chains(struct bench *bench)
{
	for (size_t i = 0; i < bench->many.count; i++)
		cgswap_chain_unref(bench->chains[i]);
}

static void add_all(struct bench *bench, cgswap_replace *replace)
{
	char old[32];

	snprintf(old, sizeof(old), "id:%u", raw_prog_id(bench->many.program));
	for (size_t i = 0; i < bench->many.count; i++)
		bench_must(cgswap_replace_add(replace, bench->chains[i], old, bench->program, NULL));
}

/* One replace in a chain that is open, with a transaction of its own. */
static void single(struct bench *bench, const char *old)
{
	cgswap_replace *replace;

	bench_must(cgswap_replace_new(&replace, bench->session, NULL));
	bench_must(cgswap_replace_add(replace, bench->chains[0], old, bench->program, NULL));
	bench_must(cgswap_replace_commit(replace, NULL));
	cgswap_replace_unref(replace);
}

/* There by the library, and back by hand. */
static void singles(struct bench *bench, int round)
{
	double library = 0, bare = 0;
	char path[MANY_PATH], old[32];
	int cgroup;

	snprintf(old, sizeof(old), "id:%u", raw_prog_id(bench->many.program));
	cgroup = open(many_path(path, &bench->many, 0), O_PATH | O_CLOEXEC);
	for (int i = 0; i < SINGLES; i++) {
		double start = now_us(), half;

		single(bench, old);
		half = now_us();
		bare_replace(cgroup, bench->many.program);
		library += half - start;
		bare += now_us() - half;
	}
	close(cgroup);
	bench->figures[SINGLE][round] = library / SINGLES;
	bench->figures[SINGLE_BARE][round] = bare / SINGLES;
}

static void round_of(struct bench *bench, int round)
{
	size_t count = bench->many.count;
	cgswap_replace *replace;
	double at[6];

	at[0] = now_us();
	open_chains(bench);
	at[1] = now_us();
	bench_must(cgswap_replace_new(&replace, bench->session, NULL));
	add_all(bench, replace);
	at[2] = now_us();
	bench_must(cgswap_replace_check(replace));
	at[3] = now_us();
	bench_must(cgswap_replace_commit(replace, NULL));
	at[4] = now_us();
	bench_must(cgswap_replace_rollback(replace));
	cgswap_replace_unref(replace);
	for (int i = OPEN; i <= COMMIT; i++)
		bench->figures[i][round] = (at[i - OPEN + 1] - at[i - OPEN]) / (double)count;
	at[5] = now_us();
	bare_loop(bench, bench->new);
	bench->figures[BARE][round] = (now_us() - at[5]) / (double)count;
	bare_loop(bench, bench->many.program);
	singles(bench, round);
	close_chains(bench);
}

static void begin(struct bench *bench, size_t count, bool by_links)
{
	bench->many = many_make("growth", count, by_links);
	bench->new = prog_pass(EGRESS, "new");
	bench->chains = calloc(count, sizeof(*bench->chains));
	if (!bench->chains)
		bench_die("no memory");
	bench_must(cgswap_session_open(&bench->session, NULL));
}

static void begin_program(struct bench *bench)
{
	char source[32];

	snprintf(source, sizeof(source), "fd:%d", bench->new);
	bench_must(cgswap_program_open(&bench->program, bench->session, source, NULL));
}

static void end(struct bench *bench)
{
	cgswap_program_unref(bench->program);
	cgswap_session_unref(bench->session);
	free(bench->chains);
	close(bench->new);
	many_remove(&bench->many);
}

static void ratio(const char *what, double library, double bare, double goal)
{
	printf("%-34s %7.0f ns %7.0f ns  %5.2f  (goal %.1f)%s\n", what, 1e3 * library,
	       1e3 * bare, library / bare, goal, library / bare <= goal ? "" : "  above the goal");
}

static void small(bool foreign)
{
	struct many others = { .count = 0 };
	static struct bench bench;
	double f[FIGURES];

	if (foreign)
		others = many_make("others", FOREIGN, true);
	begin(&bench, CGROUPS, false);
	begin_program(&bench);
	for (int i = 0; i < ROUNDS; i++)
		round_of(&bench, i);
	for (int i = 0; i < FIGURES; i++)
		f[i] = timing_tenth_percentile(bench.figures[i], ROUNDS);
	printf("\n%d plain entries, %4d links of others  library     bare  ratio\n", CGROUPS,
	       foreign ? FOREIGN : 0);
	ratio("add", f[ADD], f[BARE], 1.0);
	ratio("add, check, commit", f[ADD] + f[CHECK] + f[COMMIT], f[BARE], 2.0);
	ratio("the same, and opening the chains", f[OPEN] + f[ADD] + f[CHECK] + f[COMMIT], f[BARE],
	      3.0);
	ratio("one replace, not prepared", f[SINGLE], f[SINGLE_BARE], 3.0);
	printf("open %.2f us, add %.2f, check %.2f, commit %.2f a cgroup\n", f[OPEN], f[ADD], f[CHECK],
	       f[COMMIT]);
	end(&bench);
	if (foreign)
		many_remove(&others);
}

struct growth {
	double add, check, commit;
	size_t bytes;
	unsigned descriptors;
};

static struct growth grow(size_t count, bool by_links)
{
	static struct bench bench;
	struct growth growth;
	cgswap_replace *replace;
	unsigned descriptors;
	cgswap_chain *first;
	char path[MANY_PATH], old[32];
	double at[4];

	begin(&bench, count, by_links);
	begin_program(&bench);
	snprintf(old, sizeof(old), "id:%u", raw_prog_id(bench.many.program));
	descriptors = descriptors_count();
	/* the session's table of the machine's links is not part of a step */
	bench_must(cgswap_chain_open(&first, bench.session, many_path(path, &bench.many, 0), "egress"));
	bench_must(cgswap_chain_describe(first, CGSWAP_DESCRIBE_LINKS));
	cgswap_chain_unref(first);
	growth.bytes = mallinfo2().uordblks;
	at[0] = used_us();
	bench_must(cgswap_replace_new(&replace, bench.session, NULL));
	for (size_t i = 0; i < count; i++) {
		cgswap_chain *chain;

		bench_must(cgswap_chain_open(&chain, bench.session, many_path(path, &bench.many, i),
				       "egress"));
		bench_must(cgswap_replace_add(replace, chain, old, bench.program, NULL));
		cgswap_chain_unref(chain);
	}
	at[1] = used_us();
	growth.bytes = (mallinfo2().uordblks - growth.bytes) / count;
	growth.descriptors = descriptors_count() - descriptors;
	bench_must(cgswap_replace_check(replace));
	at[2] = used_us();
	bench_must(cgswap_replace_commit(replace, NULL));
	at[3] = used_us();
	growth.add = (at[1] - at[0]) / (double)count;
	growth.check = (at[2] - at[1]) / (double)count;
	growth.commit = (at[3] - at[2]) / (double)count;
	bench_must(cgswap_replace_rollback(replace));
	cgswap_replace_unref(replace);
	end(&bench);
	return growth;
}

static void large(size_t count, bool by_links)
{
	struct growth small = grow(count / 10, by_links), all = grow(count, by_links);
	double step = small.add + small.commit, step_all = all.add + all.commit;

	printf("\n%zu and %zu cgroups, %s, at most %d open files\n", count / 10, count,
	       by_links ? "entries with links" : "plain entries", LIMIT);
	printf("  a step: open and add %.2f and %.2f, check %.2f and %.2f, commit %.2f and %.2f us\n",
	       small.add, all.add, small.check, all.check, small.commit, all.commit);
	printf("  open, add and commit: %.2f times as much (goal 1.3)%s\n", step_all / step,
	       step_all / step <= 1.3 ? "" : "  above the goal");
	printf("  descriptors %u and %u (goal 256), bytes a step %zu and %zu (goal 1024)\n",
	       small.descriptors, all.descriptors, small.bytes, all.bytes);
}

static void limit_files(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = LIMIT;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		bench_die("cannot set the limit of open files");
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : LARGE;

	if (geteuid())
		bench_die("needs root");
	limit_files();
	scratch_bystander(EGRESS);
	printf("Planning swaps beside bare loops: tenth percentiles of %d rounds.\n", ROUNDS);
	small(false);
	small(true);
	large(count, false);
	large(count, true);
	return 0;
}
