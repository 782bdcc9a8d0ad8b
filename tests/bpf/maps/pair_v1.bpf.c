/* SPDX-License-Identifier: BSD-2-Clause */
/* Two programs that share one map, and have one more each. */
#include "pair.bpf.h"

const volatile __u32 bpf_metadata_version = 1;

SEC("cgroup_skb/egress")
int out(struct __sk_buff *skb)
{
	COUNT(conn, skb->len);
	COUNT(sent, bpf_metadata_version);
	return 1;
}

SEC("cgroup_skb/ingress")
int in(struct __sk_buff *skb)
{
	COUNT(conn, skb->len);
	COUNT(received, bpf_metadata_version);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
