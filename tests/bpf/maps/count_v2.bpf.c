/* SPDX-License-Identifier: BSD-2-Clause */
/* The next version of count_v1: other code, one more map, and all maps of count_v1. */
#include "count.bpf.h"

const volatile __u32 bpf_metadata_version = 2;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} lengths SEC(".maps");

SEC("cgroup_skb/egress")
int counting(struct __sk_buff *skb)
{
	__u32 length = skb->len;
	__u64 one = 1;

	count();
	bpf_map_update_elem(&lengths, &length, &one, BPF_ANY);
	return bpf_metadata_version > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
