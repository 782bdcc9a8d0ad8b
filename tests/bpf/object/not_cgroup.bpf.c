/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that libbpf or the kernel rejects because of their type, each with its own message. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("freplace/missing")
int replacing(struct __sk_buff *skb)
{
	return skb->len > 0;
}

SEC("kprobe/missing")
int tracing(void *any)
{
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
