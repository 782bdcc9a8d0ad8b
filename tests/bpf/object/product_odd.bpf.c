/* SPDX-License-Identifier: BSD-2-Clause */
/* A version that adds a program, does without another, and has one that is not loaded by default. */
#include "product.bpf.h"

SEC("cgroup_skb/egress")
int on_packet(struct __sk_buff *skb)
{
	count(PACKETS);
	return 1;
}

SEC("cgroup/bind4")
int on_bind(struct bpf_sock_addr *ctx)
{
	return is_noted() + 1 > 0;
}

SEC("?cgroup/bind6")
int on_bind6(struct bpf_sock_addr *ctx)
{
	return is_noted() + 1 > 0;
}

/* its section leaves the attach type open */
SEC("cgroup/skb")
int on_any(struct __sk_buff *skb)
{
	return 1;
}
