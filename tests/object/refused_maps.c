/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If the kernel cannot create a map, the error names the map, shows its declaration, says what is
 * wrong with it, and how to declare it instead. A type of map that the kernel does not have is a
 * missing feature. Each errno has a name, also those that only the kernel or libbpf has.
 */
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <unistd.h>

static const struct refusal {
	const char *map, *what, *remedy;
} refusals[] = {
	{ "no_entries", "array (key 4B, value 8B): it has no max_entries",
	  "--map no_entries=new,max_entries=N" },
	{ "ring_value", "it has a value of 8 bytes, and this type of map has none",
	  "remove the value" },
	{ "ring_no_size", "a ring buffer needs its size in bytes as max_entries",
	  "--map ring_no_size=new,max_entries=BYTES" },
	{ "trie", "this type of map needs the flag BPF_F_NO_PREALLOC",
	  "__uint(map_flags, BPF_F_NO_PREALLOC)" },
	{ "storage", "this type of map needs the flag BPF_F_NO_PREALLOC",
	  "__uint(map_flags, BPF_F_NO_PREALLOC)" },
	{ "storage_untyped", "this type of map needs BTF of its key and value",
	  "__type(key, int)" },
	{ "storage_entries", "it has max_entries 8, and this type of map has no max_entries",
	  "remove max_entries" },
	{ "lru", "an LRU map cannot have the flag BPF_F_NO_PREALLOC", "remove BPF_F_NO_PREALLOC" },
	{ "no_key", "it has no key, which this type of map needs",
	  "__type(key, TYPE)" },
	{ "wide_key", "it has a key of 8 bytes, and this type of map needs 4 bytes",
	  "__type(key, TYPE)" },
	{ "per_cpu", "it has a value of 40000 bytes, and this type of map has at most 32768 bytes",
	  "__uint(value_size, BYTES)" },
	{ "too_large", "it is too large: 4 entries of 1073741828 bytes", "a smaller value" },
	{ "storage_mmap", "this type of map cannot have the flag BPF_F_MMAPABLE", "remove BPF_F_MMAPABLE" },
	{ "array_preallocated", "this type of map cannot have the flag BPF_F_NO_PREALLOC",
	  "remove BPF_F_NO_PREALLOC" },
	{ "queue", "this type of map cannot have the flag BPF_F_NO_PREALLOC", "remove BPF_F_NO_PREALLOC" },
	{ "ring_flag", "this type of map cannot have the flag BPF_F_NO_PREALLOC",
	  "remove BPF_F_NO_PREALLOC" },
	{ "no_template", "it declares no inner map, which this type of map needs",
	  "__array(values, struct { ... })" },
	{ "stack", "it has a value of 12 bytes, and this type of map needs a multiple of 8 bytes",
	  "__uint(value_size, 8 * DEPTH)" },
	{ "xsk", "it has a value of 8 bytes, and this type of map needs 4 bytes", "__type(value, TYPE)" },
	{ "lru_mmap", "an LRU map cannot have the flag BPF_F_MMAPABLE", "remove BPF_F_MMAPABLE" },
	{ "no_access", "it has both of the flags BPF_F_RDONLY and BPF_F_WRONLY", "remove one of the two" },
	{ "no_program_access", "it has both of the flags BPF_F_RDONLY_PROG and BPF_F_WRONLY_PROG",
	  "remove one of the two" },
	{ "node", "it is to be on NUMA node 77, which this machine does not have", "another numa_node" },
	{ "node_per_cpu", "this type of map cannot have the flag BPF_F_NUMA_NODE", "remove BPF_F_NUMA_NODE" },
	{ "list_per_cpu", "this type of map cannot have the flag BPF_F_NO_COMMON_LRU",
	  "remove BPF_F_NO_COMMON_LRU" },
	{ "bloom", "a bloom filter has at most 15 hash functions", "correct map_extra" },
	{ "extra", "its map_extra is 2, and this type of map has no map_extra", "correct map_extra" },
	{ "bad_template", "of its inner map: it has no max_entries", "the inner map" },
	{ "array_of_programs", "no map of maps can hold inner maps of this type", "of another type" },
	{ "wrong_flags", "flags 0x8000000): EINVAL: libbpf: map 'wrong_flags'",
	  "correct the declaration" },
};

/* Opens the program of an object that uses the map. */
static enum cgswap_status open_user_of(cgswap_session *session, const char *object, const char *map)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *program = NULL;
	enum cgswap_status status;
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s#use_%s", map_fixture_object(object), map);
	status = cgswap_program_open(&program, session, source, &opts);
	cgswap_program_unref(program);
	return status;
}

static enum cgswap_status open_user(cgswap_session *session, const char *map)
{
	return open_user_of(session, "object/refused_maps", map);
}

static void says(const struct refusal *refusal)
{
	char name[64];

	snprintf(name, sizeof(name), "map '%s' of '", refusal->map);
	expect_message(name);
	expect_message(refusal->what);
	has_str(cgswap_error_get_remedy(cgswap_last_error()), refusal->remedy,
		"the remedy says what to change");
}

static void is_refused(cgswap_session *session, const struct refusal *refusal)
{
	EXPECT_CAUSE(open_user(session, refusal->map), MAP_REFUSED, "%s", refusal->map);
	says(refusal);
}

/* libbpf tries a typed map a second time, without its types. */
static void accepted_btf(cgswap_session *session)
{
	static const struct refusal needs_flag = { "preallocated",
						   "this type of map needs the flag BPF_F_NO_PREALLOC",
						   "__uint(map_flags, BPF_F_NO_PREALLOC)" };

	EXPECT_CAUSE(open_user_of(session, "object/one_refused_map", "preallocated"), MAP_REFUSED,
		     "a typed map");
	says(&needs_flag);
}

/* Kernels before 6.9 have no arenas: only others can say what is wrong with one. */
static void arena(cgswap_session *session)
{
	static const struct refusal needs_flag = { "arena", "this type of map needs the flag BPF_F_MMAPABLE",
						   "__uint(map_flags, BPF_F_MMAPABLE)" };
	union bpf_attr attr = { .map_type = 33, .max_entries = 1, .map_flags = BPF_F_MMAPABLE };
	int fd = raw_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	if (fd >= 0) {
		close(fd);
		is_refused(session, &needs_flag);
		return;
	}
	EXPECT_CAUSE(open_user(session, "arena"), KERNEL_LACKS_FEATURE, "an arena");
	expect_message("this kernel has no maps of type '");
}

int main(void)
{
	cgswap_session *session;

	need_live();
	session = live_session();
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		is_refused(session, &refusals[i]);
	accepted_btf(session);
	arena(session);
	EXPECT_CAUSE(open_user(session, "unknown"), KERNEL_LACKS_FEATURE,
		     "a type that this kernel does not have");
	expect_message("map 'unknown' of '");
	expect_message("this kernel has no maps of type '1000'");
	is_str(cgswap_errno_get_name(524), "ENOTSUPP", "the name of an errno of the kernel");
	is_str(cgswap_errno_get_name(4005), "LIBBPF_ERRNO__RELOC", "the name of one of libbpf");
	cgswap_session_unref(session);
	return done_testing();
}
