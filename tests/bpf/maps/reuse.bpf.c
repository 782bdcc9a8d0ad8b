/* SPDX-License-Identifier: BSD-2-Clause */
/* A map that a program of raw instructions has too, a map pinned by name, and a variable. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} test_array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
} reused_pinned SEC(".maps");

__u64 packets;

SEC("cgroup_skb/egress")
int reuser(struct __sk_buff *skb)
{
	__u32 key = 0;

	__sync_fetch_and_add(&packets, 1);
	return bpf_map_lookup_elem(&test_array, &key) || bpf_map_lookup_elem(&reused_pinned, &key) ||
	       skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
