/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that calls a function of a kernel module that does not exist. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int cgswap_of_no_module(struct __sk_buff *skb) __ksym;

SEC("cgroup_skb/egress")
int calls_module(struct __sk_buff *skb)
{
	return cgswap_of_no_module(skb);
}

char _license[] SEC("license") = "Dual BSD/GPL";
