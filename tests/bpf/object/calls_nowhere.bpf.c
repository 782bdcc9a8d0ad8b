/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that calls an undefined function: libbpf cannot open it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int nowhere(struct __sk_buff *skb);

SEC("cgroup_skb/egress")
int calls_nowhere(struct __sk_buff *skb)
{
	return nowhere(skb);
}

char _license[] SEC("license") = "Dual BSD/GPL";
