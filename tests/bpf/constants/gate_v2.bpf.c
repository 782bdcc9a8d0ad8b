/* SPDX-License-Identifier: BSD-2-Clause */
/* The next version of the gate: its constants lie elsewhere, one is new, and one is gone. */
#include "gate.bpf.h"

const volatile __u32 bpf_metadata_version = 2;
const volatile __u64 only_v2 = 77;
const volatile __u32 limit = 5;
const volatile __u8 deny_all = 0;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	see();
	return !deny_all && limit + only_v2 > 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
