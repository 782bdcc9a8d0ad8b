/* SPDX-License-Identifier: BSD-2-Clause */
/* A version of the gate with another default, which no loader has set. */
#include "gate.bpf.h"

const volatile __u32 bpf_metadata_version = 3;
const volatile __u8 deny_all = 0;
const volatile __u32 limit = 7;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	see();
	return !deny_all && limit > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
