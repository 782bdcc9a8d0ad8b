/* SPDX-License-Identifier: BSD-2-Clause */
/* Version 2 of a policy: notes the peers of connections and of single packets, and counts what is sent. */
#include "policy.bpf.h"

const volatile char bpf_metadata_version[] = "2.0";

SEC("cgroup/connect4")
int connecting(struct bpf_sock_addr *ctx)
{
	count(0);
	note_peer(ctx->user_ip4);
	return bpf_metadata_version[0] != 0;
}

SEC("cgroup/sendmsg4")
int sending(struct bpf_sock_addr *ctx)
{
	count(1);
	note_peer(ctx->user_ip4);
	return 1;
}

SEC("cgroup_skb/egress")
int leaving(struct __sk_buff *skb)
{
	count(2);
	return 1;
}
