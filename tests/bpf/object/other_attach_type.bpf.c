/* SPDX-License-Identifier: BSD-2-Clause */
/* A program of a type that egress does not take. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/connect6")
int connecting(struct bpf_sock_addr *address)
{
	return address->user_port != 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
