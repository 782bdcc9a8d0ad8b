/* SPDX-License-Identifier: BSD-2-Clause */
/* count_v1 with the members of its variable in another order. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct counter {
	__u32 unused[2];
	__u64 packets;
};

struct counter in_bss;

SEC("cgroup_skb/egress")
int counting(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&in_bss.packets, skb->len);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
