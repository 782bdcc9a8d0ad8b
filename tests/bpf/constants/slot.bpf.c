/* SPDX-License-Identifier: BSD-2-Clause */
/* A program for a slot of a firewall's array, which denies if its constant is set. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 gate_denies = 0;

SEC("cgroup/connect4")
int gate_deny(struct bpf_sock_addr *ctx)
{
	return !gate_denies;
}

char _license[] SEC("license") = "Dual BSD/GPL";
