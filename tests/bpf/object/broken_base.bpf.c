/* SPDX-License-Identifier: BSD-2-Clause */
/* A valid program, from which tests make broken ones. No other program has its names. */
#include "broken.bpf.h"

SEC("cgroup_skb/egress")
int broken_fw(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *state = bpf_map_lookup_elem(&broken_state, &key);

	if (state)
		__sync_fetch_and_add(state, 1);
	broken_seen++;
	return broken_limit > 0;
}
