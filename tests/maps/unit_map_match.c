/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which map of an old program is which of an object's: by their names, whole or cut, by their
 * specs, and never by a guess.
 */
#include "load/map_match.h"
#include "../lib/tap.h"

#include <linux/bpf.h>
#include <string.h>

enum { MOST = 4 };

#define SPEC(type_, key_, value_, entries_) \
	{ .type = (type_), .key_size = (key_), .value_size = (value_), .max_entries = (entries_) }
#define HASH(value_)  SPEC(BPF_MAP_TYPE_HASH, 4, value_, 1024)
#define SIZED(entries_) SPEC(BPF_MAP_TYPE_HASH, 4, 8, entries_)
#define MAP(name_, ...) \
	{ .name = (name_), .spec = __VA_ARGS__ }
#define CUT(name_, ...) \
	{ .name = (name_), .naming = MAP_NAME_CUT, .spec = __VA_ARGS__ }
#define SHARED(name_, ...) \
	{ .name = (name_), .naming = MAP_NAME_SHARED, .spec = __VA_ARGS__ }
#define OF_KIND(kind_, name_, ...) \
	{ .name = (name_), .kind = (kind_), .spec = __VA_ARGS__ }

/* "same 0": what one map comes to. */
struct wanted {
	enum map_verdict verdict;
	size_t old;
};

static const struct matching {
	const char *name;
	struct map_view maps[MOST], olds[MOST];
	struct wanted wanted[MOST];
} matchings[] = {
	{ "nothing was there", { MAP("a", HASH(8)) }, { { 0 } }, { { MAP_NO_MATCH, 0 } } },
	{ "the same name and spec", { MAP("a", HASH(8)) }, { MAP("a", HASH(8)) }, { { MAP_SAME, 0 } } },
	{ "another name", { MAP("a", HASH(8)) }, { MAP("b", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },
	{ "one name begins like the other", { MAP("ab", HASH(8)) }, { MAP("a", HASH(8)) },
	  { { MAP_NO_MATCH, 0 } } },
	{ "the order does not matter",
	  { MAP("a", HASH(8)), MAP("b", HASH(16)) }, { MAP("b", HASH(16)), MAP("a", HASH(8)) },
	  { { MAP_SAME, 1 }, { MAP_SAME, 0 } } },
	{ "another value size", { MAP("a", HASH(8)) }, { MAP("a", HASH(16)) }, { { MAP_INCOMPATIBLE, 0 } } },
	{ "another key size", { MAP("a", SPEC(BPF_MAP_TYPE_HASH, 8, 8, 1024)) },
	  { MAP("a", HASH(8)) }, { { MAP_INCOMPATIBLE, 0 } } },
	{ "another type", { MAP("a", SPEC(BPF_MAP_TYPE_LRU_HASH, 4, 8, 1024)) },
	  { MAP("a", HASH(8)) }, { { MAP_INCOMPATIBLE, 0 } } },
	{ "another size", { MAP("a", SPEC(BPF_MAP_TYPE_HASH, 4, 8, 1)) },
	  { MAP("a", HASH(8)) }, { { MAP_INCOMPATIBLE, 0 } } },
	{ "a perf event array is as large as the machine",
	  { MAP("a", SPEC(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 0)) },
	  { MAP("a", SPEC(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 12)) }, { { MAP_SAME, 0 } } },
	{ "unless it says its size",
	  { MAP("a", SPEC(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 8)) },
	  { MAP("a", SPEC(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 12)) }, { { MAP_INCOMPATIBLE, 0 } } },
	{ "cgroup storage has no size",
	  { MAP("a", SPEC(BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0)) },
	  { MAP("a", SPEC(BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0)) }, { { MAP_SAME, 0 } } },
	{ "a program array is not reused", { MAP("a", SPEC(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8)) },
	  { MAP("a", SPEC(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8)) }, { { MAP_UNSHARED, 0 } } },
	{ "read-only data is not reused", { OF_KIND(MAP_READ_ONLY, ".rodata", HASH(8)) },
	  { OF_KIND(MAP_READ_ONLY, ".rodata", HASH(8)) }, { { MAP_IS_READ_ONLY, 0 } } },
	{ "variables without BTF", { OF_KIND(MAP_GLOBALS, ".bss", HASH(8)) },
	  { OF_KIND(MAP_GLOBALS, ".bss", HASH(8)) }, { { MAP_UNKNOWN, 0 } } },
	{ "variables of another size", { OF_KIND(MAP_GLOBALS, ".bss", HASH(8)) },
	  { OF_KIND(MAP_GLOBALS, ".bss", HASH(16)) }, { { MAP_INCOMPATIBLE, 0 } } },
	{ "a map that is called like a section", { OF_KIND(MAP_GLOBALS, ".bss", HASH(8)) },
	  { MAP(".bss", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },

	{ "a cut name may go on otherwise", { MAP("connections_of_tcp", HASH(8)) },
	  { CUT("connections_of_", HASH(8)) }, { { MAP_AMBIGUOUS, 0 } } },
	{ "whatever its spec", { MAP("connections_of_tcp", HASH(8)) },
	  { CUT("connections_of_", HASH(16)) }, { { MAP_AMBIGUOUS, 0 } } },
	{ "nor need it end where a name of the object does", { MAP("connections_of_", HASH(8)) },
	  { CUT("connections_of_", HASH(8)) }, { { MAP_AMBIGUOUS, 0 } } },
	{ "a cut name that begins otherwise", { MAP("connections_on_tcp", HASH(8)) },
	  { CUT("connections_of_", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },
	{ "a name of 15 characters is not cut", { MAP("connections_of_tcp", HASH(8)) },
	  { MAP("connections_of_", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },
	{ "what is shorter is not meant", { MAP("connections_of", HASH(8)) },
	  { CUT("connections_of_", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },
	{ "BTF tells the whole names",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(8)) },
	  { MAP("connections_of_udp", HASH(8)), MAP("connections_of_tcp", HASH(8)) },
	  { { MAP_SAME, 1 }, { MAP_SAME, 0 } } },
	{ "one whole name does not tell the other",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(8)) },
	  { CUT("connections_of_", HASH(8)), MAP("connections_of_tcp", HASH(8)) },
	  { { MAP_SAME, 1 }, { MAP_AMBIGUOUS, 0 } } },
	{ "specs do not tell cut names apart",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(16)) },
	  { CUT("connections_of_", HASH(16)), CUT("connections_of_", HASH(8)) },
	  { { MAP_AMBIGUOUS, 1 }, { MAP_AMBIGUOUS, 1 } } },
	{ "the number of entries does not",
	  { MAP("connections_of_tcp", SIZED(10)), MAP("connections_of_udp", SIZED(20)) },
	  { CUT("connections_of_", SIZED(20)), CUT("connections_of_", SIZED(10)) },
	  { { MAP_AMBIGUOUS, 1 }, { MAP_AMBIGUOUS, 1 } } },
	{ "one old map, and of two one that fits",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(16)) },
	  { CUT("connections_of_", HASH(16)) }, { { MAP_AMBIGUOUS, 0 }, { MAP_AMBIGUOUS, 0 } } },
	{ "a name that several share is not guessed", { MAP("connections_of_tcp", HASH(8)) },
	  { SHARED("connections_of_", HASH(8)) }, { { MAP_AMBIGUOUS, 0 } } },
	{ "two old maps of one whole name", { MAP("a", HASH(8)) },
	  { MAP("a", HASH(8)), MAP("a", HASH(8)) }, { { MAP_AMBIGUOUS, 1 } } },
};

static size_t length_of(const struct map_view *maps)
{
	size_t length = 0;

	while (length < MOST && maps[length].name)
		length++;
	return length;
}

static void check(const struct matching *matching)
{
	size_t count = length_of(matching->maps);
	struct map_match matches[MOST];
	bool good = true;

	map_match(matches, matching->maps, count, matching->olds, length_of(matching->olds), 0);
	for (size_t i = 0; i < count; i++) {
		const struct wanted *wanted = &matching->wanted[i];

		if (matches[i].verdict == wanted->verdict && matches[i].old == wanted->old)
			continue;
		good = false;
		diag("map %zu: verdict %d of %zu; wanted %d of %zu", i, (int)matches[i].verdict,
		     matches[i].old, (int)wanted->verdict, wanted->old);
	}
	ok(good, "%s", matching->name);
}

static bool fit(enum map_kind kind, uint32_t type, uint32_t wanted, uint32_t found)
{
	const struct map_spec a = { .type = type, .flags = wanted };
	const struct map_spec b = { .type = type, .flags = found };

	return map_spec_compatible(&a, kind, &b, 2);
}

static void check_flags(void)
{
	ok(!fit(MAP_ORDINARY, BPF_MAP_TYPE_HASH, BPF_F_NO_PREALLOC, 0), "flags matter");
	ok(fit(MAP_ORDINARY, BPF_MAP_TYPE_HASH, BPF_F_RDONLY, 0),
	   "those of a descriptor do not: the kernel does not keep them");
	ok(fit(MAP_GLOBALS, BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, 0),
	   "nor those that libbpf gives to globals");
	ok(!fit(MAP_ORDINARY, BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, 0), "but to globals only");
	ok(fit(MAP_ORDINARY, BPF_MAP_TYPE_DEVMAP, 0, BPF_F_RDONLY_PROG),
	   "nor what the kernel adds by itself");
	ok(!fit(MAP_ORDINARY, BPF_MAP_TYPE_HASH, 0, BPF_F_RDONLY_PROG), "where it does");
}

/* @return whether a map of that many entries is one of that many when it is made. */
static bool becomes(uint32_t type, uint32_t flags, uint32_t wanted, uint32_t made, uint32_t cpus)
{
	const struct map_spec a = { .type = type, .max_entries = wanted, .flags = flags };
	const struct map_spec b = { .type = type, .max_entries = made, .flags = flags };

	return map_spec_compatible(&a, MAP_ORDINARY, &b, cpus);
}

static void check_cpus(void)
{
	static const uint32_t lru[] = { BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH };
	const uint32_t most = UINT32_MAX;

	for (int i = 0; i < 2; i++) {
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, 1001, 1002, 2), "as many for each CPU");
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, 1002, 1002, 2), "if there are not already");
		ok(!becomes(lru[i], BPF_F_NO_COMMON_LRU, 1001, 1003, 2), "and no more than that");
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, 65536, 65544, 12), "of twelve");
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, 3, 64, 64), "of more than it has entries");
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, most - 1, most - 3, 6), "or as many fewer");
		ok(!becomes(lru[i], 0, 1001, 1002, 2), "without the flag it is as it is declared");
		ok(!becomes(lru[i], BPF_F_NO_COMMON_LRU, 1001, 1002, 0), "CPUs that nobody counts");
	}
	ok(!becomes(BPF_MAP_TYPE_HASH, BPF_F_NO_COMMON_LRU, 1001, 1002, 2), "so is another type");
}

static void check_inner(void)
{
	const struct map_spec outer = SPEC(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2);
	const struct map_spec narrow = HASH(4), wide = HASH(8);
	struct map_view map = { .name = "outer", .spec = outer, .inner = &wide };
	struct map_view old = { .name = "outer", .spec = outer, .inner = &wide };
	struct map_match match;

	map_match(&match, &map, 1, &old, 1, 0);
	is_int(match.verdict, MAP_SAME, "maps of the same maps");
	old.inner = &narrow;
	map_match(&match, &map, 1, &old, 1, 0);
	ok(match.verdict == MAP_INCOMPATIBLE && match.inner, "maps of other maps");
	old.inner = NULL;
	map_match(&match, &map, 1, &old, 1, 0);
	is_int(match.verdict, MAP_SAME, "maps of which nothing is known: the verifier will see");
}

static void check_words(void)
{
	const struct map_spec hash = HASH(8), storage = SPEC(BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0);
	const struct map_spec strange = { .type = 4000000000U, .key_size = UINT32_MAX,
					   .value_size = UINT32_MAX, .max_entries = UINT32_MAX,
					   .flags = UINT32_MAX };
	char text[MAP_SPEC_TEXT_SIZE];

	is_str(map_spec_text(text, &hash), "hash 4/8 x 1024", "a spec as text");
	is_str(map_spec_text(text, &storage), "cgroup_storage 16/8", "one without a size");
	is_str(map_spec_text(text, &strange),
	       "type 4000000000 4294967295/4294967295 x 4294967295 flags 0xffffffff",
	       "one that nobody knows");
	is_int(map_section_kind(".bss"), MAP_GLOBALS, ".bss");
	is_int(map_section_kind(".data.mine"), MAP_GLOBALS, ".data.mine");
	is_int(map_section_kind(".rodata.str1.1"), MAP_READ_ONLY, ".rodata.str1.1");
	is_int(map_section_kind(".kconfig"), MAP_READ_ONLY, ".kconfig");
	is_int(map_section_kind(".database"), MAP_ORDINARY, ".database");
	is_int(map_section_kind(""), MAP_ORDINARY, "no section");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(matchings) / sizeof(matchings[0]); i++)
		check(&matchings[i]);
	check_flags();
	check_cpus();
	check_inner();
	check_words();
	return done_testing();
}
