/* SPDX-License-Identifier: BSD-2-Clause */
/* Sections unknown to libbpf: two look like attach types, one names a type, one names neither. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/connect")
int mistyped(struct bpf_sock_addr *address)
{
	return address->user_port != 0;
}

SEC("classifier/egress")
int foreign(struct __sk_buff *skb)
{
	return skb->len > 2;
}

SEC("cgroup_skb")
int typed(struct __sk_buff *skb)
{
	return skb->len > 1;
}

SEC("my_firewall")
int silent(void *any)
{
	return any != 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
