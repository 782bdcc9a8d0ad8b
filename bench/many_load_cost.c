/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cost of a swap in many cgroups that have a program with maps of its own each: a load for each,
 * with the maps of its old program, and a replace. Compared with bare loops in the same run: one
 * queries the old programs and loads the new ones with libbpf, another calls REPLACE. Both ways
 * alternate, and the tenth percentiles of the rounds are compared. Needs root.
 *
 * The library costs 1.2 to 1.4 of libbpf: what a load costs more (see load_cost.c) without reading and
 * checking the file again; the BTF of the old maps, which are from another load than the old program;
 * two more queries and three probes for the entry's preorder flag; and in user space, which is cold
 * after each load, the groups of programs that share their maps.
 *
 * The arguments are the number of cgroups and of rounds.
 */
#include "cgswap.h"
#include "../tests/lib/attach_types.h"
#include "../tests/lib/many.h"
#include "../tests/lib/scratch.h"
#include "bare_load.h"
#include "fail.h"
#include "timing.h"

#include <fcntl.h>
#include <sys/resource.h>

enum { CGROUPS = 200, ROUNDS = 15 };

static const struct {
	const char *path, *program;
} loads[] = {
	{ "tests/bpf/maps/count_v2.bpf.o", "counting" },
	{ "tests/bpf/maps/nested_v1.bpf.o", "nested" },
	{ "tests/corpus/every_map.bpf.o", "corpus" },
};

struct bench {
	struct many many;
	const char *path, *program;
	cgswap_session *session;
};

/* ---- timed calls ------------------------------------------------------------------------------ */

/* A swap in one cgroup, prepared. */
struct bare_step {
	struct bpf_object *object;
	int cgroup, old;
};

/* with_maps: the old program's. */
static struct bare_step bare_open(const struct bench *bench, size_t index, bool with_maps)
{
	struct bare_step step;
	struct raw_chain chain;
	char path[MANY_PATH];

	step.cgroup = open(many_path(path, &bench->many, index), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (raw_query(step.cgroup, EGRESS, 0, &chain) || chain.count != 1)
		bench_die("a cgroup has not one program");
	step.old = bpf_prog_get_fd_by_id(chain.ids[0]);
	step.object = bare_load(bench->path, bench->program, with_maps ? chain.ids[0] : 0);
	return step;
}

static void bare_replace(const struct bench *bench, const struct bare_step *step)
{
	int new = bpf_program__fd(bpf_object__find_program_by_name(step->object, bench->program));

	if (raw_replace(step->cgroup, new, step->old, EGRESS, RAW_MULTI | RAW_REPLACE))
		bench_die("a bare REPLACE failed");
	bpf_object__close(step->object);
	close(step->old);
	close(step->cgroup);
}

/* Nothing is replaced unless all programs can be loaded. */
static void bare_swap(const struct bench *bench, bool with_maps)
{
	struct bare_step *steps = calloc(bench->many.count, sizeof(*steps));

	if (!steps)
		bench_die("out of memory");
	for (size_t i = 0; i < bench->many.count; i++)
		steps[i] = bare_open(bench, i, with_maps);
	for (size_t i = 0; i < bench->many.count; i++)
		bare_replace(bench, &steps[i]);
	free(steps);
}

static void swap_by_hand(void *user)
{
	bare_swap(user, true);
}

static void swap_by_library(void *user)
{
	const struct bench *bench = user;
	char path[MANY_PATH], old[64], source[300];
	cgswap_replace *replace;

	snprintf(old, sizeof(old), "name:%s", bench->program);
	snprintf(source, sizeof(source), "obj:%s#%s", bench->path, bench->program);
	bench_must(cgswap_replace_new(&replace, bench->session, NULL));
	for (size_t i = 0; i < bench->many.count; i++) {
		cgswap_chain *chain;

		bench_must(cgswap_chain_open(&chain, bench->session, many_path(path, &bench->many, i),
				       "egress"));
		bench_must(cgswap_replace_add_source(replace, chain, old, source, NULL));
		cgswap_chain_unref(chain);
	}
	bench_must(cgswap_replace_commit(replace, NULL));
	cgswap_replace_unref(replace);
}

/* By hand all objects are open at once. */
static void need_descriptors(size_t cgroups)
{
	struct rlimit limit = { .rlim_cur = 64 * cgroups, .rlim_max = 64 * cgroups };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		bench_die("the limit of open files cannot be raised");
}

/* ---- timing ----------------------------------------------------------------------------------- */

static void measure(struct bench *bench, size_t rounds)
{
	double count = (double)bench->many.count * 1000;
	struct timing_pair pair;

	/* each cgroup gets maps of its own */
	bare_swap(bench, false);
	pair = timing_in_turn(swap_by_library, swap_by_hand, bench, rounds);
	printf("%-12s  %6.0f us %6.0f us  %5.2f%s\n", bench->program, pair.library / count,
	       pair.bare / count, pair.library / pair.bare, timing_verdict(pair));
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : CGROUPS;
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : ROUNDS;
	struct bench bench = { 0 };

	if (geteuid())
		bench_die("needs root");
	if (!count || !rounds || rounds > TIMING_MOST_ROUNDS)
		bench_die("not a number of cgroups or rounds");
	timing_stay_on_one_cpu();
	need_descriptors(count);
	libbpf_set_print(NULL);
	bench.many = many_make("loads", count, false);
	bench_must(cgswap_session_open(&bench.session, NULL));
	printf("Swaps with reused maps in %zu cgroups, each with maps of its own; target %.2f.\n\n",
	       count, timing_target);
	printf("program         library    libbpf  ratio\n");
	for (size_t i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		bench.path = loads[i].path;
		bench.program = loads[i].program;
		measure(&bench, rounds);
	}
	cgswap_session_unref(bench.session);
	many_remove(&bench.many);
	return 0;
}
