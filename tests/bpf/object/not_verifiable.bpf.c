/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the packet without a check of its end: the verifier rejects it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/egress")
int reads_past_the_end(struct __sk_buff *skb)
{
	const __u8 *data = (const __u8 *)(long)skb->data;

	return data[20] & 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
