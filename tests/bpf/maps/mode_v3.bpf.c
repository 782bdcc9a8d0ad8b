/* SPDX-License-Identifier: BSD-2-Clause */
/* mode_v2 with another number for STRICT, and its old number for LAX. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum mode { QUIET, LOUD, LAX = 3, STRICT = 4 };

enum mode mode;

SEC("cgroup_skb/egress")
int moody(struct __sk_buff *skb)
{
	return mode != LOUD || skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
