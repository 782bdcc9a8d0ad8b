/* SPDX-License-Identifier: BSD-2-Clause */
/* A program whose section names an attach type that does not exist. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_connect4")
int mistyped(struct bpf_sock_addr *address)
{
	return address->user_port != 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
