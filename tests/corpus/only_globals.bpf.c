/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables and nothing else: compiled without -g, libbpf loads it without any BTF. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&seen, 1);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
