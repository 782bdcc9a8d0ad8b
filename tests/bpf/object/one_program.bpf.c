/* SPDX-License-Identifier: BSD-2-Clause */
/* One program, whose section names its attach type, and one map. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

SEC("cgroup_skb/egress")
int count_all(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&counters, &key);

	if (value)
		__sync_fetch_and_add(value, skb->len);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
