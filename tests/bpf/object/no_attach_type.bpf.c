/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that cannot be attached to a cgroup. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pass_frame(struct xdp_md *frame)
{
	return frame->data_end > frame->data ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "Dual BSD/GPL";
