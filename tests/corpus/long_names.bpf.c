/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of 15 to 60 characters, as Go's loaders have them; the kernel cuts them to 15. */
#include "corpus.bpf.h"

COUNT_MAP(hits_of_fifteen);
RULES_MAP(rules_of_sixteen);
COUNT_MAP(corpus_counter_of_packets_that_a_firewall_lets_through_to_any);
COUNT_MAP(rejected_by_a_rule_of_the_corpus_that_its_firewall_looks_up);

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	int verdict = FILTER(skb, &hits_of_fifteen, &rules_of_sixteen);

	if (verdict)
		count_in(&corpus_counter_of_packets_that_a_firewall_lets_through_to_any);
	else
		count_in(&rejected_by_a_rule_of_the_corpus_that_its_firewall_looks_up);
	return verdict;
}
