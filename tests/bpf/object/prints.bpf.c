/* SPDX-License-Identifier: BSD-2-Clause */
/* A program whose helper takes CAP_PERFMON. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/egress")
int prints(struct __sk_buff *skb)
{
	bpf_printk("%d", skb->len);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
