/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of four attach types that share their maps, as nearly all real objects have. */
#include "corpus.bpf.h"

COUNT_MAP(hits);
COUNT_MAP(connects);
RULES_MAP(rules);

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	return FILTER(skb, &hits, &rules);
}

SEC("cgroup_skb/ingress")
int corpus_in(struct __sk_buff *skb)
{
	return 1;
}

static __always_inline int at_address(struct bpf_sock_addr *address)
{
	__u32 port = bpf_ntohs(address->user_port);

	count_in(&connects);
	return verdict_of(&rules, port);
}

SEC("cgroup/connect4")
int corpus_connect(struct bpf_sock_addr *address)
{
	return at_address(address);
}

SEC("cgroup/sendmsg4")
int corpus_send(struct bpf_sock_addr *address)
{
	return at_address(address);
}
