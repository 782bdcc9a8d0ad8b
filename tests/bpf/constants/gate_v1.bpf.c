/* SPDX-License-Identifier: BSD-2-Clause */
/* A gate that is open unless a loader closes it. */
#include "gate.bpf.h"

const volatile __u32 bpf_metadata_version = 1;
const volatile __u8 deny_all = 0;
const volatile __u32 limit = 5;
const volatile __u32 only_v1 = 0;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	see();
	return !deny_all && limit + only_v1 > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
