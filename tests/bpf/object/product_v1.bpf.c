/* SPDX-License-Identifier: BSD-2-Clause */
/* Its first version: connect notes, and sendmsg looks. */
#include "product.bpf.h"

const char bpf_metadata_version[] SEC(".rodata") = "1";

SEC("cgroup/connect4")
int on_connect(struct bpf_sock_addr *ctx)
{
	count(CONNECTS);
	note();
	return 1;
}

SEC("cgroup/sendmsg4")
int on_send(struct bpf_sock_addr *ctx)
{
	count(SENDS);
	return is_noted() + 1 > 0;
}

SEC("cgroup_skb/egress")
int on_packet(struct __sk_buff *skb)
{
	count(PACKETS);
	return bpf_metadata_version[0] != 0;
}

SEC("cgroup/sock_create")
int on_socket(struct bpf_sock *ctx)
{
	count(SOCKETS);
	return bpf_metadata_version[0] != 0;
}
