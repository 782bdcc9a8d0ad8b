/* SPDX-License-Identifier: BSD-2-Clause */
/* The section names the type of the program, but not the direction. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/skb")
int either(struct __sk_buff *skb)
{
	return skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
