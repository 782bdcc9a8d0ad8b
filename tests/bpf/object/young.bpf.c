/* SPDX-License-Identifier: BSD-2-Clause */
/* A program for an attach type that older releases of libbpf do not know. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/connect_unix")
int young(struct bpf_sock_addr *address)
{
	return address->user_family != 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
