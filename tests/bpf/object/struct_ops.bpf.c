/* SPDX-License-Identifier: BSD-2-Clause */
/* A program for a cgroup, and an unrelated struct_ops. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct tcp_congestion_ops {
	char name[16];
	void (*ssthresh)(void *socket);
};

SEC("struct_ops/threshold")
int threshold(void *context)
{
	return context ? 2 : 1;
}

SEC(".struct_ops")
struct tcp_congestion_ops congestion = {
	.name = "cgswap_test",
	.ssthresh = (void *)threshold,
};

SEC("cgroup_skb/egress")
int beside(struct __sk_buff *skb)
{
	return skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
