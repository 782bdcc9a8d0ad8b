/* SPDX-License-Identifier: BSD-2-Clause */
/* The common part of the versions of a counting program: it counts each packet in every kind of map. */
#ifndef COUNT_BPF_H
#define COUNT_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} of_cgroup SEC(".maps");

struct counter {
	__u64 packets;
	__u32 unused[2];
};

struct counter in_bss;
struct counter in_data = { .packets = 1000 };

static __always_inline void count(void)
{
	__u64 *value = bpf_get_local_storage(&of_cgroup, 0);
	__u32 key = 0;

	__sync_fetch_and_add(value, 1);
	value = bpf_map_lookup_elem(&hits, &key);
	if (value)
		__sync_fetch_and_add(value, 1);
	__sync_fetch_and_add(&in_bss.packets, 1);
	__sync_fetch_and_add(&in_data.packets, 1);
}

#endif
