/* SPDX-License-Identifier: BSD-2-Clause */
/* A map with more entries than any kernel can allocate. */
#define STATE_ENTRIES 0xffffffff
#include "broken.bpf.h"

SEC("cgroup_skb/egress")
int broken_fw(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&broken_state, &key) ? 0 : 1;
}
