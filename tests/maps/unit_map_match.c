/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps of an old program are matched with those of an object by their names, whole or cut, and
 * their specs. An ambiguous match is reported, not guessed.
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

/* The expected match of one map. */
struct wanted {
	enum map_verdict verdict;
	size_t old;
};

static const struct matching {
	const char *name;
	struct map_view maps[MOST], olds[MOST];
	struct wanted wanted[MOST];
} matchings[] = {
	{ "no old map", { MAP("a", HASH(8)) }, { { 0 } }, { { MAP_NO_MATCH, 0 } } },
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
	{ "a perf event array without a size fits any size",
	  { MAP("a", SPEC(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 0)) },
	  { MAP("a", SPEC(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 12)) }, { { MAP_SAME, 0 } } },
	{ "a perf event array with a size fits only that size",
	  { MAP("a", SPEC(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 8)) },
	  { MAP("a", SPEC(BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 12)) }, { { MAP_INCOMPATIBLE, 0 } } },
	{ "cgroup storage has no size",
	  { MAP("a", SPEC(BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0)) },
	  { MAP("a", SPEC(BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0)) }, { { MAP_SAME, 0 } } },
	{ "a program array", { MAP("a", SPEC(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8)) },
	  { MAP("a", SPEC(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8)) }, { { MAP_SAME, 0 } } },
	{ "read-only data is not reused", { OF_KIND(MAP_READ_ONLY, ".rodata", HASH(8)) },
	  { OF_KIND(MAP_READ_ONLY, ".rodata", HASH(8)) }, { { MAP_IS_READ_ONLY, 0 } } },
	{ "variables without BTF", { OF_KIND(MAP_GLOBALS, ".bss", HASH(8)) },
	  { OF_KIND(MAP_GLOBALS, ".bss", HASH(8)) }, { { MAP_UNKNOWN, 0 } } },
	{ "variables of another size", { OF_KIND(MAP_GLOBALS, ".bss", HASH(8)) },
	  { OF_KIND(MAP_GLOBALS, ".bss", HASH(16)) }, { { MAP_INCOMPATIBLE, 0 } } },
	{ "a map that is named like a section", { OF_KIND(MAP_GLOBALS, ".bss", HASH(8)) },
	  { MAP(".bss", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },

	{ "a cut name is ambiguous with any spec", { MAP("connections_of_tcp", HASH(8)) },
	  { CUT("connections_of_", HASH(16)) }, { { MAP_AMBIGUOUS, 0 } } },
	{ "a cut name that one map of each side can have", { MAP("connections_of_tcp", HASH(8)) },
	  { CUT("connections_of_", HASH(8)) }, { { MAP_SAME, 0 } } },
	{ "a cut name that a whole name equals", { MAP("connections_of_", HASH(8)) },
	  { CUT("connections_of_", HASH(8)) }, { { MAP_SAME, 0 } } },
	{ "the other map of the cut name has its whole name",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(8)) },
	  { MAP("connections_of_tcp", HASH(8)) }, { { MAP_SAME, 0 }, { MAP_NO_MATCH, 0 } } },
	{ "one new map for two cut names", { MAP("connections_of_tcp", HASH(8)) },
	  { CUT("connections_of_", HASH(8)), CUT("connections_of_", HASH(8)) }, { { MAP_AMBIGUOUS, 1 } } },
	{ "a cut name and other flags",
	  { MAP("connections_of_tcp", { .type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8,
					.max_entries = 8, .flags = BPF_F_NO_PREALLOC }) },
	  { CUT("connections_of_", SIZED(8)) }, { { MAP_AMBIGUOUS, 0 } } },
	{ "a cut name with another beginning", { MAP("connections_on_tcp", HASH(8)) },
	  { CUT("connections_of_", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },
	{ "a name of 15 characters is not cut", { MAP("connections_of_tcp", HASH(8)) },
	  { MAP("connections_of_", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },
	{ "a name shorter than the cut name", { MAP("connections_of", HASH(8)) },
	  { CUT("connections_of_", HASH(8)) }, { { MAP_NO_MATCH, 0 } } },
	{ "BTF has the whole names",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(8)) },
	  { MAP("connections_of_udp", HASH(8)), MAP("connections_of_tcp", HASH(8)) },
	  { { MAP_SAME, 1 }, { MAP_SAME, 0 } } },
	{ "one whole name identifies the other map",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(8)) },
	  { CUT("connections_of_", HASH(8)), MAP("connections_of_tcp", HASH(8)) },
	  { { MAP_SAME, 1 }, { MAP_SAME, 0 } } },
	{ "specs do not distinguish cut names",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(16)) },
	  { CUT("connections_of_", HASH(16)), CUT("connections_of_", HASH(8)) },
	  { { MAP_AMBIGUOUS, 1 }, { MAP_AMBIGUOUS, 1 } } },
	{ "the number of entries does not distinguish cut names",
	  { MAP("connections_of_tcp", SIZED(10)), MAP("connections_of_udp", SIZED(20)) },
	  { CUT("connections_of_", SIZED(20)), CUT("connections_of_", SIZED(10)) },
	  { { MAP_AMBIGUOUS, 1 }, { MAP_AMBIGUOUS, 1 } } },
	{ "one old map with a cut name, two new maps",
	  { MAP("connections_of_tcp", HASH(8)), MAP("connections_of_udp", HASH(16)) },
	  { CUT("connections_of_", HASH(16)) }, { { MAP_AMBIGUOUS, 0 }, { MAP_AMBIGUOUS, 0 } } },
	{ "a cut name that several old maps share", { MAP("connections_of_tcp", HASH(8)) },
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
	ok(!fit(MAP_ORDINARY, BPF_MAP_TYPE_HASH, BPF_F_NO_PREALLOC, 0), "flags must be equal");
	ok(fit(MAP_ORDINARY, BPF_MAP_TYPE_HASH, BPF_F_RDONLY, 0),
	   "flags of a descriptor are ignored, as the kernel does not keep them");
	ok(fit(MAP_GLOBALS, BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, 0),
	   "flags that libbpf sets for globals are ignored");
	ok(!fit(MAP_ORDINARY, BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, 0), "the same flags count for other maps");
	ok(fit(MAP_ORDINARY, BPF_MAP_TYPE_DEVMAP, 0, BPF_F_RDONLY_PROG),
	   "flags that the kernel adds are ignored");
	ok(!fit(MAP_ORDINARY, BPF_MAP_TYPE_HASH, 0, BPF_F_RDONLY_PROG), "but only for maps to which it adds them");
}

/* Checks whether a map declared with `wanted` entries is made with `made` entries. */
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
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, 1001, 1002, 2), "rounded up to the same number for each CPU");
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, 1002, 1002, 2), "not rounded if it is a multiple");
		ok(!becomes(lru[i], BPF_F_NO_COMMON_LRU, 1001, 1003, 2), "not rounded up further");
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, 65536, 65544, 12), "rounded up for twelve CPUs");
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, 3, 64, 64), "rounded up for more CPUs than entries");
		ok(becomes(lru[i], BPF_F_NO_COMMON_LRU, most - 1, most - 3, 6), "rounded down near the maximum");
		ok(!becomes(lru[i], 0, 1001, 1002, 2), "without the flag not rounded");
		ok(!becomes(lru[i], BPF_F_NO_COMMON_LRU, 1001, 1002, 0), "an unknown number of CPUs");
	}
	ok(!becomes(BPF_MAP_TYPE_HASH, BPF_F_NO_COMMON_LRU, 1001, 1002, 2), "another type is not rounded");
}

static void check_inner(void)
{
	const struct map_spec outer = SPEC(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2);
	const struct map_spec narrow = HASH(4), wide = HASH(8);
	struct map_view map = { .name = "outer", .spec = outer, .inner = &wide };
	struct map_view old = { .name = "outer", .spec = outer, .inner = &wide };
	struct map_match match;

	map_match(&match, &map, 1, &old, 1, 0);
	is_int(match.verdict, MAP_SAME, "equal inner maps");
	old.inner = &narrow;
	map_match(&match, &map, 1, &old, 1, 0);
	ok(match.verdict == MAP_INCOMPATIBLE && match.inner, "different inner maps");
	old.inner = NULL;
	map_match(&match, &map, 1, &old, 1, 0);
	is_int(match.verdict, MAP_SAME, "unknown inner maps are left to the verifier");
}

static void check_words(void)
{
	const struct map_spec hash = HASH(8), storage = SPEC(BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0);
	const struct map_spec strange = { .type = 4000000000U, .key_size = UINT32_MAX,
					   .value_size = UINT32_MAX, .max_entries = UINT32_MAX,
					   .flags = UINT32_MAX };
	char text[MAP_SPEC_TEXT_SIZE];

	is_str(map_spec_text(text, &hash), "hash (key 4B, value 8B, max_entries 1024)", "a spec as text");
	is_str(map_spec_text(text, &storage), "cgroup_storage (key 16B, value 8B)", "a spec without a number of entries");
	is_str(map_spec_text(text, &strange),
	       "type 4000000000 (key 4294967295B, value 4294967295B, max_entries 4294967295, flags 0xffffffff)",
	       "a spec of an unknown type");
	is_int(map_section_kind(".bss"), MAP_GLOBALS, ".bss");
	is_int(map_section_kind(".data.mine"), MAP_GLOBALS, ".data.mine");
	is_int(map_section_kind(".rodata.str1.1"), MAP_READ_ONLY, ".rodata.str1.1");
	is_int(map_section_kind(".kconfig"), MAP_READ_ONLY, ".kconfig");
	is_int(map_section_kind(".database"), MAP_ORDINARY, ".database");
	is_int(map_section_kind(""), MAP_ORDINARY, "an empty name of a section");
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
