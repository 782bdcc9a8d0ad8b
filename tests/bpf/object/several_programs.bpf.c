/* SPDX-License-Identifier: BSD-2-Clause */
/* Two programs for egress and one for connect4: egress is ambiguous, connect4 is not. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/egress")
int first(struct __sk_buff *skb)
{
	return skb->len > 0;
}

SEC("cgroup_skb/egress")
int second(struct __sk_buff *skb)
{
	return skb->len > 1;
}

SEC("cgroup/connect4")
int connecting(struct bpf_sock_addr *address)
{
	return address->user_port != 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
