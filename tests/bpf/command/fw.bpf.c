/* SPDX-License-Identifier: BSD-2-Clause */
/* The next version of the simulated kernel's program fw. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile char bpf_metadata_version[] = "2.0";
const volatile __u32 limit = 5;

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} flows SEC(".maps");

SEC("cgroup_skb/egress")
int fw(struct __sk_buff *skb)
{
	__u32 address = skb->remote_ip4;
	__u64 *count = bpf_map_lookup_elem(&flows, &address);

	return !count || *count < limit;
}

char _license[] SEC("license") = "Dual BSD/GPL";
