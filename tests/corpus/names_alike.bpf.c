/* SPDX-License-Identifier: BSD-2-Clause */
/* Two maps whose names the kernel cuts alike: the options of a swap say which is which. */
#include "corpus.bpf.h"

COUNT_MAP(hits);
RULES_MAP(rules);
COUNT_MAP(corpus_packets_passed);
COUNT_MAP(corpus_packets_rejected);

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	int verdict = FILTER(skb, &hits, &rules);

	if (port_of(skb) && verdict)
		count_in(&corpus_packets_passed);
	else if (port_of(skb))
		count_in(&corpus_packets_rejected);
	return verdict;
}
