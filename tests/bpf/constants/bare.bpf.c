/* SPDX-License-Identifier: BSD-2-Clause */
/* A gate without other maps, so that it can be loaded without BTF too. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u8 deny_all = 0;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	return !deny_all;
}

char _license[] SEC("license") = "Dual BSD/GPL";
