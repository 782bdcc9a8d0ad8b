/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If the kernel cannot create a map, the error names the map, shows its declaration, says what is
 * wrong with it, and how to declare it instead. A type of map that the kernel does not have is a
 * missing feature. Each errno has a name, also those that only the kernel or libbpf has.
 */
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>

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
	{ "wrong_flags", "flags 0x8000000): EINVAL: libbpf: map 'wrong_flags'",
	  "correct the declaration" },
};

static enum cgswap_status open_user(cgswap_session *session, const char *map)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *program = NULL;
	enum cgswap_status status;
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s#use_%s", map_fixture_object("object/refused_maps"),
		 map);
	status = cgswap_program_open(&program, session, source, &opts);
	cgswap_program_unref(program);
	return status;
}

static void is_refused(cgswap_session *session, const struct refusal *refusal)
{
	char name[64];

	EXPECT_CAUSE(open_user(session, refusal->map), MAP_REFUSED, "%s", refusal->map);
	snprintf(name, sizeof(name), "map '%s' of '", refusal->map);
	expect_message(name);
	expect_message(refusal->what);
	has_str(cgswap_error_get_remedy(cgswap_last_error()), refusal->remedy,
		"the remedy says what to change");
}

int main(void)
{
	cgswap_session *session;

	need_live();
	session = live_session();
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		is_refused(session, &refusals[i]);
	EXPECT_CAUSE(open_user(session, "unknown"), KERNEL_LACKS_FEATURE,
		     "a type that this kernel does not have");
	expect_message("map 'unknown' of '");
	expect_message("this kernel has no maps of type '1000'");
	is_str(cgswap_errno_get_name(524), "ENOTSUPP", "the name of an errno of the kernel");
	is_str(cgswap_errno_get_name(4005), "LIBBPF_ERRNO__RELOC", "the name of one of libbpf");
	cgswap_session_unref(session);
	return done_testing();
}
