/* SPDX-License-Identifier: BSD-2-Clause */
/* The common part of versions whose maps may leave the number of entries to the loader. */
#ifndef SIZED_BY_LOADER_BPF_H
#define SIZED_BY_LOADER_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
#ifdef ENTRIES
	__uint(max_entries, ENTRIES);
#endif
} rules SEC(".maps");

SEC("cgroup_skb/egress")
int sized_by_loader(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *seen = bpf_map_lookup_elem(&rules, &key);

	if (seen)
		__sync_fetch_and_add(seen, 1);
	return skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";

#endif
