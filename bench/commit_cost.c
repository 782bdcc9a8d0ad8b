/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a prepared swap costs above bare system calls.
 *
 * In alternating batches of one run: commit and roll-back by the library, and bare system calls
 * that do the same: a REPLACE there and a REPLACE back. A commit that verifies stands beside
 * QUERY, REPLACE, QUERY, which is how one does it by hand, and beside REPLACE, QUERY, which is
 * what the library does. Compared are the tenth percentiles: what a batch takes when nothing
 * disturbs it. Needs root.
 */
#include "cgswap.h"
#include "../tests/lib/attach_types.h"
#include "../tests/lib/programs.h"
#include "../tests/lib/rawbpf.h"
#include "../tests/lib/scratch.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 200, SWAPS = 200, LONGEST = 10, NANOSECONDS = 1000 * 1000 * 1000 };

static const double target = 1.10;

/* One chain, with the entry in its middle to be swapped for another program and back. */
struct scene {
	struct scratch cgroup;
	int progs[LONGEST];
	int old_fd;
	int new_fd;
	cgswap_session *session;
	cgswap_chain *chain;
	cgswap_program *program;
	cgswap_replace *replace;
};

static void die(const char *what)
{
	fprintf(stderr, "commit_cost: %s\n", what);
	exit(1);
}

static void must(enum cgswap_status status)
{
	if (status)
		die(cgswap_error_get_message(cgswap_last_error()));
}

/* ---- what is timed ------------------------------------------------------------------------ */

static void swap_by_library(struct scene *scene)
{
	must(cgswap_replace_commit(scene->replace, NULL));
	must(cgswap_replace_rollback(scene->replace));
}

static void bare_replace(const struct scene *scene, int old_fd, int new_fd)
{
	struct raw_attach attr = {
		.target_fd = (uint32_t)scene->cgroup.fd,
		.attach_bpf_fd = (uint32_t)new_fd,
		.attach_type = EGRESS,
		.attach_flags = RAW_MULTI | RAW_REPLACE,
		.replace_bpf_fd = (uint32_t)old_fd,
	};

	if (raw_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr)))
		die("a bare REPLACE failed");
}

/* PROG_QUERY's part of bpf_attr, as kernels with revisions have it. */
struct query {
	uint32_t target_fd;
	uint32_t attach_type;
	uint32_t query_flags;
	uint32_t attach_flags;
	uint64_t prog_ids;
	uint32_t count;
	uint32_t padding;
	uint64_t prog_attach_flags;
	uint64_t link_ids;
	uint64_t link_attach_flags;
	uint64_t revision;
};

static void bare_query(const struct scene *scene)
{
	uint32_t ids[RAW_CHAIN_MAX];
	struct query attr = {
		.target_fd = (uint32_t)scene->cgroup.fd,
		.attach_type = EGRESS,
		.prog_ids = (uint64_t)(uintptr_t)ids,
		.count = RAW_CHAIN_MAX,
	};

	if (raw_bpf(BPF_PROG_QUERY, &attr, sizeof(attr)))
		die("a bare QUERY failed");
}

static void swap_bare(struct scene *scene)
{
	bare_replace(scene, scene->old_fd, scene->new_fd);
	bare_replace(scene, scene->new_fd, scene->old_fd);
}

static void swap_bare_queried_once(struct scene *scene)
{
	bare_replace(scene, scene->old_fd, scene->new_fd);
	bare_query(scene);
	bare_replace(scene, scene->new_fd, scene->old_fd);
}

static void swap_bare_queried_twice(struct scene *scene)
{
	bare_query(scene);
	bare_replace(scene, scene->old_fd, scene->new_fd);
	bare_query(scene);
	bare_replace(scene, scene->new_fd, scene->old_fd);
}

/* ---- timing ------------------------------------------------------------------------------- */

static double time_batch(struct scene *scene, void (*swap)(struct scene *))
{
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 0; i < SWAPS; i++)
		swap(scene);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - start.tv_sec) * NANOSECONDS +
	       (double)(end.tv_nsec - start.tv_nsec);
}

static int compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* In nanoseconds for one swap there and back. */
static double tenth_percentile(double *batches)
{
	qsort(batches, BATCHES, sizeof(*batches), compare);
	return batches[BATCHES / 10] / SWAPS;
}

static void measure(struct scene *scene, size_t length, const char *what,
		    void (*bare)(struct scene *))
{
	double library_times[BATCHES], bare_times[BATCHES], by_library, by_bare;

	time_batch(scene, swap_by_library);
	time_batch(scene, bare);
	for (int i = 0; i < BATCHES; i++) {
		if (i % 2)
			bare_times[i] = time_batch(scene, bare);
		library_times[i] = time_batch(scene, swap_by_library);
		if (!(i % 2))
			bare_times[i] = time_batch(scene, bare);
	}
	by_library = tenth_percentile(library_times);
	by_bare = tenth_percentile(bare_times);
	printf("%5zu  %-33s %6.0f ns %6.0f ns  %5.2f%s\n", length, what, by_library, by_bare,
	       by_library / by_bare, by_library / by_bare <= target ? "" : "  above the target");
}

/* ---- scenes ------------------------------------------------------------------------------- */

static void set_scene(struct scene *scene, size_t length, enum cgswap_verify verify)
{
	struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };
	char source[32], old[32];

	*scene = (struct scene){ .cgroup = scratch_new("chain") };
	prog_pass_many(EGRESS, "chain", scene->progs, length);
	for (size_t i = 0; i < length; i++)
		if (raw_attach(scene->cgroup.fd, scene->progs[i], EGRESS, RAW_MULTI))
			die("a program of the chain cannot be attached");
	scene->old_fd = scene->progs[length / 2];
	scene->new_fd = prog_pass(EGRESS, "new");

	snprintf(source, sizeof(source), "fd:%d", scene->new_fd);
	snprintf(old, sizeof(old), "fd:%d", scene->old_fd);
	must(cgswap_session_open(&scene->session, NULL));
	must(cgswap_chain_open(&scene->chain, scene->session, scene->cgroup.path, "egress"));
	must(cgswap_program_open(&scene->program, scene->session, source, NULL));
	must(cgswap_replace_new(&scene->replace, scene->session, &opts));
	must(cgswap_replace_add(scene->replace, scene->chain, old, scene->program, NULL));
}

static void clear_scene(struct scene *scene, size_t length)
{
	cgswap_replace_unref(scene->replace);
	cgswap_program_unref(scene->program);
	cgswap_chain_unref(scene->chain);
	cgswap_session_unref(scene->session);
	for (size_t i = 0; i < length; i++)
		close(scene->progs[i]);
	close(scene->new_fd);
	scratch_remove(&scene->cgroup);
	close(scene->cgroup.fd);
}

/* Moving between processors costs more than what is measured. */
static void stay_on_one_cpu(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(void)
{
	static const size_t lengths[] = { 1, LONGEST };
	struct scene scene;

	if (geteuid())
		die("needs root");
	stay_on_one_cpu();
	scratch_bystander(EGRESS);
	printf("A swap and its roll-back: tenth percentiles of %d batches of %d; target %.2f.\n\n",
	       BATCHES, SWAPS, target);
	printf("%5s  %-33s %9s %9s  %5s\n", "chain", "commit, beside", "library", "bare", "ratio");
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		set_scene(&scene, lengths[i], CGSWAP_VERIFY_OFF);
		measure(&scene, lengths[i], "unverified: REPLACE", swap_bare);
		clear_scene(&scene, lengths[i]);

		set_scene(&scene, lengths[i], CGSWAP_VERIFY_ON);
		measure(&scene, lengths[i], "verified: QUERY, REPLACE, QUERY",
			swap_bare_queried_twice);
		measure(&scene, lengths[i], "verified: REPLACE, QUERY", swap_bare_queried_once);
		clear_scene(&scene, lengths[i]);
	}
	return 0;
}
