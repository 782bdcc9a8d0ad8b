/* SPDX-License-Identifier: BSD-2-Clause */
/* A program array, and a map that can be reused. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} jumps SEC(".maps");

SEC("cgroup_skb/egress")
int jumping(struct __sk_buff *skb)
{
	__u32 key = 0;

	if (bpf_map_lookup_elem(&hits, &key))
		bpf_tail_call(skb, &jumps, 0);
	return skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
