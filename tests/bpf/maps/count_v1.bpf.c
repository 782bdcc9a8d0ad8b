/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that counts. */
#include "count.bpf.h"

const volatile __u32 bpf_metadata_version = 1;

SEC("cgroup_skb/egress")
int counting(struct __sk_buff *skb)
{
	count();
	return bpf_metadata_version > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
