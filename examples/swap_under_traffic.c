/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Swaps a firewall under traffic, and counts the packets that it missed.
 *
 * A scratch cgroup has three programs at egress: a firewall, a counter and a histogram. A process in
 * it floods loopback with numbered UDP packets, while this process swaps the firewall between two
 * versions, which record the packets that they see in a shared map. There are three methods: replace,
 * detach-then-attach and attach-then-detach; the latter two are just two system calls. Needs root.
 *
 * The exit status is 0 if replace missed no packet and kept the order, and the other two methods
 * did not; otherwise 1.
 */
#include "swap_under_traffic.h"

#include "cgswap.h"
#include "../tests/lib/scratch.h"
#include "../tests/lib/traffic.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
	V1,
	V2,
	COUNTER,
	HISTOGRAM,
	PROGRAMS,
	CHAIN_LENGTH = PROGRAMS - 1,
	SWAPS_WANTED = 1000,
	PACKETS_WANTED = 200 * 1000,
	SECONDS_MAX = 30,
};

static const char *const program_names[PROGRAMS] = { "firewall_v1", "firewall_v2", "counter",
						     "histogram" };

/* Everything that is loaded, once for all methods. */
struct loaded {
	struct bpf_object *object;
	int fds[PROGRAMS];
	struct sighting *sightings; /* FLOOD_MAX of them */
	cgswap_session *session;
	cgswap_program *programs[PROGRAMS];
};

/* One method in its own cgroup. */
struct stage {
	const struct loaded *loaded;
	struct scratch cgroup;
	cgswap_chain *chain;
	cgswap_replace *replace; /* last committed transaction */
	uint64_t unverified;
};

struct method {
	const char *name;
	const char *cgroup;
	void (*swap)(struct stage *, int from, int to);
};

struct result {
	uint64_t swaps;
	uint64_t unverified;
	uint32_t sent;
	uint32_t by_neither;
	uint32_t by_both;
	bool order_kept;
};

static void fail(const char *why, ...) __attribute__((format(printf, 1, 2), noreturn));

static void fail(const char *why, ...)
{
	va_list args;

	va_start(args, why);
	fputs("swap_under_traffic: ", stderr);
	vfprintf(stderr, why, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

/* Checks the status of every call of the library. */
static void must(enum cgswap_status status)
{
	const cgswap_error *error = cgswap_last_error();

	if (status == CGSWAP_OK)
		return;
	fail("%s: %s\n%s\n%s", cgswap_cause_get_name(cgswap_error_get_cause(error)),
	     cgswap_error_get_message(error), cgswap_error_get_remedy(error),
	     cgswap_error_get_log(error));
}

/* ---- loading ------------------------------------------------------------------------------ */

/* Loads by libbpf: one object with all programs, so that both firewalls share their map. */
static void load_object(struct loaded *loaded, const char *file)
{
	struct bpf_map *map;
	size_t size = FLOOD_MAX * sizeof(*loaded->sightings);

	loaded->object = bpf_object__open_file(file, NULL);
	if (!loaded->object || bpf_object__load(loaded->object))
		fail("cannot load %s", file);
	for (int i = 0; i < PROGRAMS; i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(loaded->object,
									       program_names[i]);

		if (!program)
			fail("%s has no program '%s'", file, program_names[i]);
		loaded->fds[i] = bpf_program__fd(program);
	}
	map = bpf_object__find_map_by_name(loaded->object, "sightings");
	if (!map)
		fail("%s has no map 'sightings'", file);
	loaded->sightings = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map),
				 0);
	if (loaded->sightings == MAP_FAILED)
		fail("cannot map the memory of 'sightings'");
}

static void open_programs(struct loaded *loaded)
{
	must(cgswap_session_open(&loaded->session, NULL));
	for (int i = 0; i < PROGRAMS; i++) {
		char source[32];

		snprintf(source, sizeof(source), "fd:%d", loaded->fds[i]);
		must(cgswap_program_open(&loaded->programs[i], loaded->session, source, NULL));
	}
}

static void unload(struct loaded *loaded)
{
	for (int i = 0; i < PROGRAMS; i++)
		cgswap_program_unref(loaded->programs[i]);
	cgswap_session_unref(loaded->session);
	munmap(loaded->sightings, FLOOD_MAX * sizeof(*loaded->sightings));
	bpf_object__close(loaded->object);
}

/* ---- the three methods -------------------------------------------------------------------- */

static void swap_by_replace(struct stage *stage, int from, int to)
{
	char old[32];

	cgswap_replace_unref(stage->replace);
	snprintf(old, sizeof(old), "id:%u", cgswap_program_get_id(stage->loaded->programs[from]));
	must(cgswap_replace_new(&stage->replace, stage->loaded->session, NULL));
	must(cgswap_replace_add(stage->replace, stage->chain, old, stage->loaded->programs[to],
				NULL));
	must(cgswap_replace_commit(stage->replace, NULL));
	if (!cgswap_step_get_verified(cgswap_replace_get_step(stage->replace, 0)))
		stage->unverified++;
}

static void detach(struct stage *stage, int which)
{
	if (bpf_prog_detach2(stage->loaded->fds[which], stage->cgroup.fd, BPF_CGROUP_INET_EGRESS))
		fail("cannot detach %s", program_names[which]);
}

static void attach(struct stage *stage, int which)
{
	if (bpf_prog_attach(stage->loaded->fds[which], stage->cgroup.fd, BPF_CGROUP_INET_EGRESS,
			    BPF_F_ALLOW_MULTI))
		fail("cannot attach %s", program_names[which]);
}

static void swap_by_detach_attach(struct stage *stage, int from, int to)
{
	detach(stage, from);
	attach(stage, to);
}

static void swap_by_attach_detach(struct stage *stage, int from, int to)
{
	attach(stage, to);
	detach(stage, from);
}

static const struct method methods[] = {
	{ "replace", "replace", swap_by_replace },
	{ "detach, then attach", "detach-attach", swap_by_detach_attach },
	{ "attach, then detach", "attach-detach", swap_by_attach_detach },
};

enum { METHODS = sizeof(methods) / sizeof(*methods) };

/* ---- one method --------------------------------------------------------------------------- */

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void set_stage(struct stage *stage, const struct loaded *loaded, const char *name)
{
	*stage = (struct stage){ .loaded = loaded, .cgroup = scratch_new(name) };
	must(cgswap_chain_open(&stage->chain, loaded->session, stage->cgroup.path, "egress"));
	must(cgswap_chain_attach(stage->chain, loaded->programs[V1], NULL));
	must(cgswap_chain_attach(stage->chain, loaded->programs[COUNTER], NULL));
	must(cgswap_chain_attach(stage->chain, loaded->programs[HISTOGRAM], NULL));
	memset(loaded->sightings, 0, FLOOD_MAX * sizeof(*loaded->sightings));
}

static void clear_stage(struct stage *stage)
{
	cgswap_replace_unref(stage->replace);
	cgswap_chain_unref(stage->chain);
	scratch_remove(&stage->cgroup);
	close(stage->cgroup.fd);
}

static void print_chain(struct stage *stage, const char *when)
{
	must(cgswap_chain_read(stage->chain));
	must(cgswap_chain_describe(stage->chain, CGSWAP_DESCRIBE_PROGRAMS));
	printf("  %s\n", when);
	for (size_t i = 0; i < cgswap_chain_get_length(stage->chain); i++) {
		const cgswap_entry *entry = cgswap_chain_get_entry(stage->chain, i);

		printf("    %zu  id %-6u %s\n", i, cgswap_entry_get_id(entry),
		       cgswap_entry_get_name(entry));
	}
}

/* Returns true if version two is at version one's position, and the others at their own. */
static bool order_is_kept(struct stage *stage)
{
	static const int wanted[CHAIN_LENGTH] = { V2, COUNTER, HISTOGRAM };

	must(cgswap_chain_read(stage->chain));
	if (cgswap_chain_get_length(stage->chain) != CHAIN_LENGTH)
		return false;
	for (size_t i = 0; i < CHAIN_LENGTH; i++) {
		const cgswap_entry *entry = cgswap_chain_get_entry(stage->chain, i);

		if (cgswap_entry_get_id(entry) !=
		    cgswap_program_get_id(stage->loaded->programs[wanted[i]]))
			return false;
	}
	return true;
}

/* Swaps back and forth, and ends with version two. */
static uint64_t swap_under_flood(struct stage *stage, const struct method *method,
				 const struct traffic *traffic)
{
	double end = seconds_now() + SECONDS_MAX;
	uint64_t swaps = 0;

	for (;;) {
		method->swap(stage, V1, V2);
		swaps++;
		if (swaps >= SWAPS_WANTED && traffic_sent(traffic) >= PACKETS_WANTED)
			return swaps;
		if (seconds_now() > end)
			fail("%s: only %llu swaps and %u packets in %d seconds", method->name,
			     (unsigned long long)swaps, traffic_sent(traffic), SECONDS_MAX);
		method->swap(stage, V2, V1);
		swaps++;
	}
}

static void count_sightings(const struct sighting *sightings, struct result *result)
{
	for (uint32_t i = 0; i < result->sent; i++) {
		uint32_t times = sightings[i].by_v1 + sightings[i].by_v2;

		result->by_neither += times == 0;
		result->by_both += times > 1;
	}
}

static struct result run(const struct loaded *loaded, const struct method *method)
{
	struct result result = { 0 };
	struct traffic traffic;
	struct stage stage;

	set_stage(&stage, loaded, method->cgroup);
	printf("\n%s\n", method->name);
	print_chain(&stage, "before");
	fflush(stdout);

	traffic = traffic_start(&stage.cgroup, FLOOD_MAX);
	result.swaps = swap_under_flood(&stage, method, &traffic);
	result.sent = traffic_stop(&traffic);
	result.unverified = stage.unverified;
	result.order_kept = order_is_kept(&stage);
	count_sightings(loaded->sightings, &result);

	print_chain(&stage, "after");
	clear_stage(&stage);
	return result;
}

/* ---- results ------------------------------------------------------------------------------ */

static void print_table(const struct result *results)
{
	printf("\n%-20s %9s %9s %16s %13s  %s\n", "method", "swaps", "packets", "seen by neither",
	       "seen by both", "order");
	for (int i = 0; i < METHODS; i++)
		printf("%-20s %9llu %9u %16u %13u  %s\n", methods[i].name,
		       (unsigned long long)results[i].swaps, results[i].sent, results[i].by_neither,
		       results[i].by_both, results[i].order_kept ? "kept" : "changed");
}

static bool expect(bool holds, const char *what)
{
	if (!holds)
		printf("UNEXPECTED RESULT: %s\n", what);
	return holds;
}

static bool judge(const struct result *results)
{
	bool good = true;

	printf("\n");
	good &= expect(!results[0].by_neither, "replace: a packet was seen by neither version");
	good &= expect(!results[0].by_both, "replace: a packet was seen by both versions");
	good &= expect(results[0].order_kept, "replace: the order of the chain changed");
	good &= expect(!results[0].unverified, "replace: a swap was not verified");
	good &= expect(results[1].by_neither, "detach, then attach: no packet was seen by neither version");
	good &= expect(results[2].by_both, "attach, then detach: no packet was seen by both versions");
	if (good)
		printf("replace: every packet was seen by exactly one version of the firewall, and the\n"
		       "chain kept its order\n");
	return good;
}

int main(int argc, char **argv)
{
	struct result results[METHODS];
	struct loaded loaded = { 0 };
	bool good;

	if (argc > 2) {
		fprintf(stderr, "usage: swap_under_traffic [swap_under_traffic.bpf.o]\n");
		return 2;
	}
	if (geteuid())
		fail("needs root to make cgroups and load programs");
	load_object(&loaded, argc > 1 ? argv[1] : DEMO_OBJECT);
	open_programs(&loaded);
	if (!cgswap_session_get_cgroup_root(loaded.session)[0])
		fail("no cgroup2 mount");
	printf("Three programs at egress of a scratch cgroup; packets on loopback; swaps of\n"
	       "the firewall, by three methods, until %d packets have passed.\n",
	       PACKETS_WANTED);
	for (int i = 0; i < METHODS; i++)
		results[i] = run(&loaded, &methods[i]);
	print_table(results);
	good = judge(results);
	unload(&loaded);
	return good ? 0 : 1;
}
