/* SPDX-License-Identifier: BSD-2-Clause */
/* Two programs that are not loaded by default, and one that is. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("?cgroup_skb/egress")
int debugging(struct __sk_buff *skb)
{
	return skb->len > 1;
}

SEC("cgroup_skb/egress")
int meant(struct __sk_buff *skb)
{
	return skb->len > 0;
}

SEC("?cgroup_skb/ingress")
int incoming(struct __sk_buff *skb)
{
	return skb->len > 2;
}

char _license[] SEC("license") = "Dual BSD/GPL";
