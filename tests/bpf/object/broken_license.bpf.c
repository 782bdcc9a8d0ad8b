/* SPDX-License-Identifier: BSD-2-Clause */
/* Has no license, and calls a helper that the kernel offers to GPL programs only. */
#define NO_LICENSE
#include "broken.bpf.h"

SEC("cgroup_skb/egress")
int broken_fw(struct __sk_buff *skb)
{
	char word[] = "never";
	__u32 key = 0;

	if (skb->len > 1000000 && bpf_map_lookup_elem(&broken_state, &key))
		bpf_trace_printk(word, sizeof(word));
	return 1;
}
