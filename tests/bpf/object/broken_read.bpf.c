/* SPDX-License-Identifier: BSD-2-Clause */
/* Uses the result of a lookup without a check for NULL: the verifier rejects it. */
#include "broken.bpf.h"

SEC("cgroup_skb/egress")
int broken_fw(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *state = bpf_map_lookup_elem(&broken_state, &key);

	return *state > 0;
}
