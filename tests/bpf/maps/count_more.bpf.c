/* SPDX-License-Identifier: BSD-2-Clause */
/* A variable of count_v1, and one more. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct counter {
	__u64 packets;
	__u32 unused[2];
};

struct counter in_bss;
__u64 one_more;

SEC("cgroup_skb/egress")
int counting(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&in_bss.packets, 1);
	__sync_fetch_and_add(&one_more, skb->len);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
