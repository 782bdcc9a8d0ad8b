/* SPDX-License-Identifier: BSD-2-Clause */
/* Passes most packets; the verifier follows each turn of the loop, which takes it some time. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

enum { TURNS = 60000 };

SEC("cgroup_skb/egress")
int long_verification(struct __sk_buff *skb)
{
	__u32 sum = skb->len;

#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < TURNS; i++)
		sum = sum * 31 + i;
	return sum != 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
