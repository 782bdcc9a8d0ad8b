/* SPDX-License-Identifier: BSD-2-Clause */
/* A program array that the loader fills: without the program in slot 1 all packets pass. */
#include "corpus.bpf.h"

COUNT_MAP(hits);
RULES_MAP(rules);
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} tails SEC(".maps");

SEC("cgroup_skb/egress")
int decide(struct __sk_buff *skb)
{
	return verdict_of(&rules, port_of(skb));
}

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	if (!port_of(skb))
		return 1;
	count_in(&hits);
	bpf_tail_call(skb, &tails, 1);
	return 1;
}
