/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts packets and bytes. Every packet passes. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct traffic {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct traffic);
} traffic SEC(".maps");

SEC("cgroup_skb/egress")
int counter(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct traffic *here = bpf_map_lookup_elem(&traffic, &key);

	if (here) {
		here->packets++;
		here->bytes += skb->len;
	}
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
