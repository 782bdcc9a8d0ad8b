/* SPDX-License-Identifier: BSD-2-Clause */
/* Two maps with the same cut name and different sizes; each has a program. */
#include "sized.bpf.h"

SEC("cgroup_skb/egress")
int tcp(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&connections_of_tcp, &key) || skb->len > 0;
}

SEC("cgroup_skb/ingress")
int udp(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&connections_of_udp, &key) || skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
