/* SPDX-License-Identifier: BSD-2-Clause */
/* Two maps that differ in their names only, after the 15 characters that the kernel keeps. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct connections {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2000);
	__type(key, __u32);
	__type(value, __u64);
};

struct connections connections_of_tcp SEC(".maps");
struct connections connections_of_udp SEC(".maps");

SEC("cgroup_skb/egress")
int connections(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&connections_of_tcp, &key) ||
	       bpf_map_lookup_elem(&connections_of_udp, &key) || skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
