/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that the kernel cuts to the same 15 characters; only BTF has the full names. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/egress")
int a_firewall_for_web(struct __sk_buff *skb)
{
	return skb->len > 0;
}

SEC("cgroup_skb/egress")
int a_firewall_for_mail(struct __sk_buff *skb)
{
	return skb->len > 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
