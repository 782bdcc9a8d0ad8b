/* SPDX-License-Identifier: BSD-2-Clause */
/* Two sections whose names are alike as far as the kernel has them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u8 first SEC(".rodata.long_config_1") = 0;
const volatile __u8 deny_all SEC(".rodata.long_config_2") = 0;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	return !deny_all && !first;
}

char _license[] SEC("license") = "Dual BSD/GPL";
