/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cost of a prepared swap compared with bare system calls.
 *
 * Batches alternate in one run: commit and rollback by the library, and bare system calls that do the
 * same, a REPLACE there and a REPLACE back. A verifying commit is compared with QUERY, REPLACE, QUERY,
 * which a program without the library would call, and with REPLACE, QUERY, which the library calls. The
 * tenth percentiles are compared, since the fastest batches are undisturbed. Needs root.
 */
#include "cgswap.h"
#include "../tests/lib/attach_types.h"
#include "../tests/lib/programs.h"
#include "../tests/lib/rawbpf.h"
#include "../tests/lib/scratch.h"
#include "fail.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCHES = 200, SWAPS = 200, LONGEST = 10 };

/* A chain with a program to swap for it in the middle. */
struct fixture {
	struct scratch cgroup;
	int progs[LONGEST];
	int old_fd;
	int new_fd;
	cgswap_session *session;
	cgswap_chain *chain;
	cgswap_program *program;
	cgswap_replace *replace;
};

/* ---- timed calls -------------------------------------------------------------------------- */

static void swap_by_library(struct fixture *fixture)
{
	bench_must(cgswap_replace_commit(fixture->replace, NULL));
	bench_must(cgswap_replace_rollback(fixture->replace));
}

static void bare_replace(const struct fixture *fixture, int old_fd, int new_fd)
{
	struct raw_attach attr = {
		.target_fd = (uint32_t)fixture->cgroup.fd,
		.attach_bpf_fd = (uint32_t)new_fd,
		.attach_type = EGRESS,
		.attach_flags = RAW_MULTI | RAW_REPLACE,
		.replace_bpf_fd = (uint32_t)old_fd,
	};

	if (raw_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr)))
		bench_die("a bare REPLACE failed");
}

/* PROG_QUERY's part of bpf_attr, of kernels with revisions. */
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

static void bare_query(const struct fixture *fixture)
{
	uint32_t ids[RAW_CHAIN_MAX];
	struct query attr = {
		.target_fd = (uint32_t)fixture->cgroup.fd,
		.attach_type = EGRESS,
		.prog_ids = (uint64_t)(uintptr_t)ids,
		.count = RAW_CHAIN_MAX,
	};

	if (raw_bpf(BPF_PROG_QUERY, &attr, sizeof(attr)))
		bench_die("a bare QUERY failed");
}

static void swap_bare(struct fixture *fixture)
{
	bare_replace(fixture, fixture->old_fd, fixture->new_fd);
	bare_replace(fixture, fixture->new_fd, fixture->old_fd);
}

static void swap_bare_queried_once(struct fixture *fixture)
{
	bare_replace(fixture, fixture->old_fd, fixture->new_fd);
	bare_query(fixture);
	bare_replace(fixture, fixture->new_fd, fixture->old_fd);
}

static void swap_bare_queried_twice(struct fixture *fixture)
{
	bare_query(fixture);
	bare_replace(fixture, fixture->old_fd, fixture->new_fd);
	bare_query(fixture);
	bare_replace(fixture, fixture->new_fd, fixture->old_fd);
}

/* ---- timing ------------------------------------------------------------------------------- */

struct batch {
	struct fixture *fixture;
	void (*bare)(struct fixture *);
};

static void batch_by_library(void *user)
{
	const struct batch *batch = user;

	for (int i = 0; i < SWAPS; i++)
		swap_by_library(batch->fixture);
}

static void batch_bare(void *user)
{
	const struct batch *batch = user;

	for (int i = 0; i < SWAPS; i++)
		batch->bare(batch->fixture);
}

static void measure(struct fixture *fixture, size_t length, const char *what,
		    void (*bare)(struct fixture *))
{
	struct batch batch = { fixture, bare };
	struct timing_pair pair =
		timing_in_turn(batch_by_library, batch_bare, &batch, BATCHES);

	printf("%5zu  %-33s %6.0f ns %6.0f ns  %5.2f%s\n", length, what, pair.library / SWAPS,
	       pair.bare / SWAPS, pair.library / pair.bare, timing_verdict(pair));
}

/* ---- fixture ------------------------------------------------------------------------------- */

static void fixture_set_up(struct fixture *fixture, size_t length, enum cgswap_verify verify)
{
	struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };
	char source[32], old[32];

	*fixture = (struct fixture){ .cgroup = scratch_new("chain") };
	prog_pass_many(EGRESS, "chain", fixture->progs, length);
	for (size_t i = 0; i < length; i++)
		if (raw_attach(fixture->cgroup.fd, fixture->progs[i], EGRESS, RAW_MULTI))
			bench_die("cannot attach a program of the chain");
	fixture->old_fd = fixture->progs[length / 2];
	fixture->new_fd = prog_pass(EGRESS, "new");

	snprintf(source, sizeof(source), "fd:%d", fixture->new_fd);
	snprintf(old, sizeof(old), "fd:%d", fixture->old_fd);
	bench_must(cgswap_session_open(&fixture->session, NULL));
	bench_must(cgswap_chain_open(&fixture->chain, fixture->session, fixture->cgroup.path, "egress"));
	bench_must(cgswap_program_open(&fixture->program, fixture->session, source, NULL));
	bench_must(cgswap_replace_new(&fixture->replace, fixture->session, &opts));
	bench_must(cgswap_replace_add(fixture->replace, fixture->chain, old, fixture->program, NULL));
}

static void fixture_tear_down(struct fixture *fixture, size_t length)
{
	cgswap_replace_unref(fixture->replace);
	cgswap_program_unref(fixture->program);
	cgswap_chain_unref(fixture->chain);
	cgswap_session_unref(fixture->session);
	for (size_t i = 0; i < length; i++)
		close(fixture->progs[i]);
	close(fixture->new_fd);
	scratch_remove(&fixture->cgroup);
	close(fixture->cgroup.fd);
}

int main(void)
{
	static const size_t lengths[] = { 1, LONGEST };
	struct fixture fixture;

	if (geteuid())
		bench_die("needs root");
	timing_stay_on_one_cpu();
	scratch_bystander(EGRESS);
	printf("Swap and rollback: tenth percentiles of %d batches of %d; target %.2f.\n\n",
	       BATCHES, SWAPS, timing_target);
	printf("%5s  %-33s %9s %9s  %5s\n", "chain", "commit, beside", "library", "bare", "ratio");
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		fixture_set_up(&fixture, lengths[i], CGSWAP_VERIFY_OFF);
		measure(&fixture, lengths[i], "unverified: REPLACE", swap_bare);
		fixture_tear_down(&fixture, lengths[i]);

		fixture_set_up(&fixture, lengths[i], CGSWAP_VERIFY_ON);
		measure(&fixture, lengths[i], "verified: QUERY, REPLACE, QUERY",
			swap_bare_queried_twice);
		measure(&fixture, lengths[i], "verified: REPLACE, QUERY", swap_bare_queried_once);
		fixture_tear_down(&fixture, lengths[i]);
	}
	return 0;
}
