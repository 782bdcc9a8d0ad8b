/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps that only subprograms and callbacks use, and maps and a program that are not needed. */
#include "corpus.bpf.h"

COUNT_MAP(hits);
COUNT_MAP(rounds);
COUNT_MAP(of_nothing);
RULES_MAP(rules);

static __noinline void count_it(void)
{
	count_in(&hits);
}

/* Weak, so that the compiler does not conclude its range and trust it: the verifier does not. */
__weak __noinline int decide(__u32 port)
{
	return verdict_of(&rules, port);
}

static long round_of_loop(__u32 index, void *context)
{
	count_in(&rounds);
	return 0;
}

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	__u32 port = port_of(skb);

	if (!port)
		return 1;
	count_it();
	bpf_loop(VERSION, round_of_loop, NULL, 0);
	return decide(port) ? 1 : 0;
}

SEC("cgroup_skb/ingress")
int another(struct __sk_buff *skb)
{
	count_in(&of_nothing);
	return 1;
}
