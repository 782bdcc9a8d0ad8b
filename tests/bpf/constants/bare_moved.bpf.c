/* SPDX-License-Identifier: BSD-2-Clause */
/* The gate of bare, whose constant is in a section of its own. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u8 deny_all SEC(".rodata.cfg") = 0;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	return !deny_all;
}

char _license[] SEC("license") = "Dual BSD/GPL";
