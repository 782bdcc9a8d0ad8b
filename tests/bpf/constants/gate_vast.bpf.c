/* SPDX-License-Identifier: BSD-2-Clause */
/* The constants of gate_v1 in an object whose BTF the kernel rejects, as it has a vast map. */
#include "gate.bpf.h"

const volatile __u32 bpf_metadata_version = 1;
const volatile __u8 deny_all = 0;
const volatile __u32 limit = 5;
const volatile __u32 only_v1 = 0;

struct key {
	__u32 length, address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 0x7fffffff);
	__type(key, struct key);
	__type(value, __u32);
} vast SEC(".maps");

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	struct key key = { .length = 32 };

	see();
	return !deny_all && limit + only_v1 > 0 && !bpf_map_lookup_elem(&vast, &key);
}

char _license[] SEC("license") = "Dual BSD/GPL";
