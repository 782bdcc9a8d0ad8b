/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cost of loading a program of an object file that reuses the maps of a loaded program, compared
 * with what a loader calls in libbpf for the same: open the file, find the old program's maps by their
 * ids and names, bpf_map__reuse_fd(), load. Both alternate in one run, and the tenth percentiles are
 * compared, since the fastest loads are undisturbed. Needs root, and objects of tests/bpf.
 *
 * Both sides open the file by its path, with warm pages, find the same maps by the old program's ids,
 * share the same of them, and load the same program without a log. The bare side holds nothing from one
 * load to the next, and leaves out what such a loader may leave out: it checks no file, compares no
 * declarations, and does not say what it loaded. The library's session has the file of the load
 * before, and the BTF: it reads both again, and does not check and parse what is the same.
 *
 * The library costs 1.11 to 1.12 of libbpf with six maps or one, and 1.09 to 1.10 with twenty, so
 * the target is not met by all. Each first load of a file costs 1.19, 1.19 and 1.14. With six maps it
 * makes two system calls more, with twenty four: 14 and 16 of its own (3 us), and 12 fewer for the
 * file, which it reads at once. The rest is user space. Microseconds with six maps (of 135) and twenty
 * (of 490), and what happens without each part:
 *
 *     1.4   2.5  the old program's BTF is read from the kernel (get, info, close), and compared with
 *                that of the last one: globals whose layout changed would be reused, and cut names
 *                not be found
 *     0.5   2.4  the old maps are described
 *     2.0   8.9  the maps of the object are described, and matched with the old ones: maps of
 *                another type or size would be reused, or counters start at zero
 *     1.4   2.7  constants are compared: a filter's settings would become those of the file
 *     1.9   4.2  privileges and descriptors are checked: libbpf takes a probe that failed without
 *                them for an old kernel, for the life of the process
 *     0.4   0.5  signals are blocked: under a timer, the verifier would give up each time
 *     0.8   1.6  the result is compared with the object: libbpf leaves out BTF, names and variables
 *                without an error
 *     1.3   4.0  the new program is described, and its maps are reported
 *     1.9   2.9  the old program is found by its source, and described, for messages
 *
 * and in the first load of a file:
 *
 *     3     5    its sections are checked, by libelf: libbpf reads beyond the end of a damaged one
 *     0.9   2.9  its BTF is checked: libbpf before 1.3 follows any number of a type
 *     2.4  11    the maps that the program needs are found, by libelf: all others would be created
 *
 * A reader of our own for the ELF file saves 3 us with six maps in a first load. It is not worth 150
 * lines that libelf has.
 *
 * Opening the old maps by their ids is in the other side's sum too. What is left is memory, and
 * libbpf's debug lines, which go to our function before it drops them. Of the old program nothing is
 * kept: each has its own answers.
 */
#include "cgswap.h"
#include "bare_load.h"
#include "fail.h"
#include "timing.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LOADS = 500 };

struct fixture {
	const char *object, *program_name;
	char source[300];
	cgswap_session *session;
	cgswap_program *old;
	char old_source[32];
	uint32_t old_id;
	size_t map_count;
};

/* ---- timed calls -------------------------------------------------------------------------- */

static void load_by_library(void *user)
{
	const struct fixture *fixture = user;
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .reuse_maps_of = (const char *const[]){
							  fixture->old_source, NULL } };
	cgswap_program *program;

	bench_must(cgswap_program_open(&program, fixture->session, fixture->source, &opts));
	cgswap_program_unref(program);
}

static void load_bare(void *user)
{
	const struct fixture *fixture = user;

	bpf_object__close(bare_load(fixture->object, fixture->program_name, fixture->old_id));
}

/* ---- timing ------------------------------------------------------------------------------- */

static void measure(struct fixture *fixture)
{
	struct timing_pair pair = timing_in_turn(load_by_library, load_bare, fixture, LOADS);

	printf("%-12s %4zu  %6.0f us %6.0f us  %5.2f%s\n", fixture->program_name,
	       fixture->map_count, pair.library / 1000, pair.bare / 1000,
	       pair.library / pair.bare, timing_verdict(pair));
}

/* ---- fixture ------------------------------------------------------------------------------- */

static void fixture_set_up(struct fixture *fixture, const char *object, const char *program)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };

	*fixture = (struct fixture){ .object = object, .program_name = program };
	snprintf(fixture->source, sizeof(fixture->source), "obj:%s#%s", object, program);
	bench_must(cgswap_session_open(&fixture->session, NULL));
	bench_must(cgswap_program_open(&fixture->old, fixture->session, fixture->source, &opts));
	fixture->old_id = cgswap_program_get_id(fixture->old);
	snprintf(fixture->old_source, sizeof(fixture->old_source), "id:%u", fixture->old_id);
	fixture->map_count = cgswap_program_get_map_count(fixture->old);
}

static void fixture_tear_down(struct fixture *fixture)
{
	cgswap_program_unref(fixture->old);
	cgswap_session_unref(fixture->session);
}

static void measure_object(const char *object, const char *program)
{
	struct fixture fixture;

	fixture_set_up(&fixture, object, program);
	measure(&fixture);
	fixture_tear_down(&fixture);
}

/* Another object and program may be given. */
int main(int argc, char **argv)
{
	static const struct {
		const char *object, *program;
	} loads[] = {
		{ "tests/bpf/maps/count_v2.bpf.o", "counting" },
		{ "tests/bpf/maps/nested_v1.bpf.o", "nested" },
		{ "tests/corpus/every_map.bpf.o", "corpus" },
	};
	if (geteuid())
		bench_die("needs root");
	timing_stay_on_one_cpu();
	libbpf_set_print(NULL);
	printf("Load with reused maps: tenth percentiles of %d loads; target %.2f.\n\n", LOADS,
	       timing_target);
	printf("%-12s %4s  %9s %9s  %5s\n", "program", "maps", "library", "libbpf", "ratio");
	if (argc == 3)
		measure_object(argv[1], argv[2]);
	for (size_t i = 0; argc != 3 && i < sizeof(loads) / sizeof(*loads); i++)
		measure_object(loads[i].object, loads[i].program);
	return 0;
}
