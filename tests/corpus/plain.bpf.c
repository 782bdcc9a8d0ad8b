/* SPDX-License-Identifier: BSD-2-Clause */
/* A counter and rules: what most objects have. Compiled for each -mcpu, stripped, and by gcc too. */
#include "corpus.bpf.h"

COUNT_MAP(hits);
RULES_MAP(rules);

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	return FILTER(skb, &hits, &rules);
}
