/* SPDX-License-Identifier: BSD-2-Clause */
/* A version of the gate in which a constant has another type. */
#include "gate.bpf.h"

const volatile __u8 deny_all = 0;
const volatile __u64 limit = 5;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	see();
	return !deny_all && limit > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
