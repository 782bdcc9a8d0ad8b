/* SPDX-License-Identifier: BSD-2-Clause */
/* Two programs that share a map of a program of raw instructions, and a new map. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct array {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
};

struct array test_array SEC(".maps");
struct array between SEC(".maps");

SEC("cgroup_skb/egress")
int first(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&test_array, &key) || bpf_map_lookup_elem(&between, &key) ||
	       skb->len > 0;
}

SEC("cgroup_skb/egress")
int second(struct __sk_buff *skb)
{
	return first(skb) || skb->len > 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
