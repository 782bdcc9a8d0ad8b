/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that libbpf or the kernel refuses for what they are, each in words of its own. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("freplace/nobody")
int replacing(struct __sk_buff *skb)
{
	return skb->len > 0;
}

SEC("kprobe/nobody")
int tracing(void *any)
{
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
