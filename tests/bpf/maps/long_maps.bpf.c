/* SPDX-License-Identifier: BSD-2-Clause */
/* Two maps with the same name in the kernel, which cuts it, and different value types. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} connections_of_tcp SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __s64);
} connections_of_udp SEC(".maps");

SEC("cgroup_skb/egress")
int connections(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *tcp = bpf_map_lookup_elem(&connections_of_tcp, &key);
	__s64 *udp = bpf_map_lookup_elem(&connections_of_udp, &key);

	if (tcp)
		*tcp = 6;
	if (udp)
		*udp = 17;
	return skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
