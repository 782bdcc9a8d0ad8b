/* SPDX-License-Identifier: BSD-2-Clause */
/* Two gates that share a constant, version 1. */
#include "gate.bpf.h"

const volatile __u32 bpf_metadata_version = 1;
const volatile __u8 deny_all = 0;

SEC("cgroup_skb/egress")
int gate_out(struct __sk_buff *skb)
{
	see();
	return !deny_all;
}

SEC("cgroup_skb/ingress")
int gate_in(struct __sk_buff *skb)
{
	see();
	return !deny_all;
}

char _license[] SEC("license") = "Dual BSD/GPL";
