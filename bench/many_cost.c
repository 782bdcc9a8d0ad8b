/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cost of a transaction over many cgroups, beside a bare loop in the same run.
 *
 * The bare loop opens each cgroup, and calls QUERY, REPLACE and QUERY, as a careful program without the
 * library would; it knows the descriptors of both programs. The library's commit is timed alone, and
 * with a check of all steps first and a journal. All have a limit of 1,024 open files. The processor
 * time of rounds that alternate is compared, since other processes must not count. Needs root.
 *
 * The arguments are the number of cgroups and of rounds.
 */
#include "cgswap.h"
#include "../tests/lib/attach_types.h"
#include "../tests/lib/bpffs.h"
#include "../tests/lib/many.h"
#include "../tests/lib/programs.h"
#include "../tests/lib/rawbpf.h"
#include "../tests/lib/scratch.h"
#include "../tests/lib/state_dir.h"
#include "fail.h"
#include "timing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CGROUPS = 10000, ROUNDS = 7, ROUNDS_MAX = 100, LIMIT = 1024 };

enum { BARE, COMMIT, ROLLBACK, JOURNAL, FIGURES };

struct bench {
	struct many many;
	int new;
	cgswap_session *session;
	cgswap_program *program;
	double figures[FIGURES][ROUNDS_MAX]; /* ns of a cgroup */
};

static double used_ns(const struct bench *bench, double since)
{
	return (timing_ns_of(CLOCK_PROCESS_CPUTIME_ID) - since) / (double)bench->many.count;
}

/* ---- by hand ------------------------------------------------------------------------------- */

static void bare_replace(const char *path, int new, int old)
{
	struct raw_chain chain;
	int cgroup = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (raw_query(cgroup, EGRESS, 0, &chain) || chain.count != 1 ||
	    raw_replace(cgroup, new, old, EGRESS, RAW_MULTI | RAW_REPLACE) ||
	    raw_query(cgroup, EGRESS, 0, &chain) || chain.count != 1)
		bench_die("a bare REPLACE failed");
	close(cgroup);
}

static double bare_loop(const struct bench *bench, int new, int old)
{
	double start = timing_ns_of(CLOCK_PROCESS_CPUTIME_ID);
	char path[MANY_PATH];

	for (size_t i = 0; i < bench->many.count; i++)
		bare_replace(many_path(path, &bench->many, i), new, old);
	return used_ns(bench, start);
}

/* ---- by the library ------------------------------------------------------------------------ */

static cgswap_replace *plan(const struct bench *bench, bool journal)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = journal };
	cgswap_replace *replace;
	char path[MANY_PATH], old[32];

	snprintf(old, sizeof(old), "id:%u", raw_prog_id(bench->many.program));
	bench_must(cgswap_replace_new(&replace, bench->session, &opts));
	for (size_t i = 0; i < bench->many.count; i++) {
		cgswap_chain *chain;

		bench_must(cgswap_chain_open(&chain, bench->session, many_path(path, &bench->many, i),
				       "egress"));
		bench_must(cgswap_replace_add(replace, chain, old, bench->program, NULL));
		cgswap_chain_unref(chain);
	}
	return replace;
}

static void there_and_back(struct bench *bench, int round)
{
	cgswap_replace *replace = plan(bench, false);
	double start = timing_ns_of(CLOCK_PROCESS_CPUTIME_ID);

	bench_must(cgswap_replace_commit(replace, NULL));
	bench->figures[COMMIT][round] = used_ns(bench, start);
	start = timing_ns_of(CLOCK_PROCESS_CPUTIME_ID);
	bench_must(cgswap_replace_rollback(replace));
	bench->figures[ROLLBACK][round] = used_ns(bench, start);
	cgswap_replace_unref(replace);
}

static void with_journal(struct bench *bench, int round)
{
	const struct cgswap_commit_opts opts = { .sz = sizeof(opts), .check_first = 1 };
	cgswap_replace *replace = plan(bench, true);
	double start = timing_ns_of(CLOCK_PROCESS_CPUTIME_ID);

	bench_must(cgswap_replace_commit(replace, &opts));
	bench->figures[JOURNAL][round] = used_ns(bench, start);
	cgswap_replace_unref(replace);
	bare_loop(bench, bench->many.program, bench->new);
}

/* ---- both ---------------------------------------------------------------------------------- */

static void ratio(const char *what, double library, double bare, double goal)
{
	printf("%-34s %7.0f ns %7.0f ns  %5.2f  (goal %.2f)%s\n", what, library, bare, library / bare,
	       goal, library / bare <= goal ? "" : "  above the goal");
}

static void begin(struct bench *bench, size_t count)
{
	struct rlimit limit;
	struct cgswap_session_opts opts = { .sz = sizeof(opts), .state_dir = state_dir() };
	char source[32];

	bpffs_private();
	/* as /run is; the mount is in the namespace of this process too */
	if (mount("tmpfs", opts.state_dir, "tmpfs", 0, "mode=0700"))
		bench_die("cannot mount a tmpfs");
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = LIMIT;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		bench_die("cannot set the limit of open files");
	bench->many = many_make("many", count, false);
	bench->new = prog_pass(EGRESS, "new");
	bench_must(cgswap_session_open(&bench->session, &opts));
	snprintf(source, sizeof(source), "fd:%d", bench->new);
	bench_must(cgswap_program_open(&bench->program, bench->session, source, NULL));
}

int main(int argc, char **argv)
{
	static struct bench bench;
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : CGROUPS;
	int rounds = argc > 2 ? atoi(argv[2]) : ROUNDS;
	double f[FIGURES];

	if (geteuid())
		bench_die("needs root");
	if (rounds < 1 || rounds > ROUNDS_MAX)
		bench_die("not a number of rounds");
	scratch_bystander(EGRESS);
	begin(&bench, count);
	for (int i = 0; i < rounds; i++) {
		bench.figures[BARE][i] = bare_loop(&bench, bench.new, bench.many.program);
		bare_loop(&bench, bench.many.program, bench.new);
		there_and_back(&bench, i);
		with_journal(&bench, i);
	}
	for (int i = 0; i < FIGURES; i++)
		f[i] = timing_tenth_percentile(bench.figures[i], (size_t)rounds);
	printf("Transactions beside bare loops: processor time of a cgroup, best of %d rounds.\n",
	       rounds);
	printf("\n%6zu plain entries                library     bare  ratio\n", count);
	ratio("commit", f[COMMIT], f[BARE], 1.25);
	ratio("check, journal, commit", f[JOURNAL], f[BARE], 2.0);
	ratio("rollback", f[ROLLBACK], f[BARE], 1.25);
	cgswap_program_unref(bench.program);
	cgswap_session_unref(bench.session);
	close(bench.new);
	many_remove(&bench.many);
	return 0;
}
