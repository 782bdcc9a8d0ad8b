/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A product with a program at each of four attach types, which work by common maps: one notes, and the
 * others look. Each adds one to its element of counts.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum { CONNECTS, SENDS, PACKETS, SOCKETS, KINDS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, KINDS);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} noted SEC(".maps");

__u64 total;

static __always_inline void count(__u32 kind)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &kind);

	if (value)
		__sync_fetch_and_add(value, 1);
	__sync_fetch_and_add(&total, 1);
}

static __always_inline void note(void)
{
	__u32 key = 1;
	__u64 one = 1;

	bpf_map_update_elem(&noted, &key, &one, BPF_ANY);
}

static __always_inline int is_noted(void)
{
	__u32 key = 1;

	return bpf_map_lookup_elem(&noted, &key) != 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
