/* SPDX-License-Identifier: BSD-2-Clause */
/* The gate of bare without its constant: it is always open. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
