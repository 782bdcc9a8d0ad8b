/* SPDX-License-Identifier: BSD-2-Clause */
/* State in global variables, also in sections of their own, and read-only data. */
#include "corpus.bpf.h"

COUNT_MAP(hits);
RULES_MAP(rules);

__u64 seen;
__u64 started = 1000;
__u64 elsewhere SEC(".data.corpus");
static volatile const __u32 weights[] = { 1, 2 };

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	__u32 port = port_of(skb);

	if (port) {
		__sync_fetch_and_add(&seen, 1);
		__sync_fetch_and_add(&started, 1);
		__sync_fetch_and_add(&elsewhere, weights[port & 1]);
	}
	return FILTER(skb, &hits, &rules);
}
