/* SPDX-License-Identifier: BSD-2-Clause */
/* A variable of an enum with two values. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum mode { QUIET, LOUD };

enum mode mode;

SEC("cgroup_skb/egress")
int moody(struct __sk_buff *skb)
{
	return mode != LOUD || skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
