/* SPDX-License-Identifier: BSD-2-Clause */
/* mode_v1 with one more value of the enum. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum mode { QUIET, LOUD, STRICT = 3 };

enum mode mode;

SEC("cgroup_skb/egress")
int moody(struct __sk_buff *skb)
{
	return mode != LOUD || skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
