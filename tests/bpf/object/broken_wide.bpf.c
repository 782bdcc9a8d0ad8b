/* SPDX-License-Identifier: BSD-2-Clause */
/* The map of broken_base with another value type. */
#define STATE_VALUE __u16
#include "broken.bpf.h"

SEC("cgroup_skb/egress")
int broken_fw(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&broken_state, &key) ? 0 : 1;
}
