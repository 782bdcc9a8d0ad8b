/* SPDX-License-Identifier: BSD-2-Clause */
/* Sections that libbpf does not know, but the loaders of other projects. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/device")
int allow_device(struct bpf_cgroup_dev_ctx *context)
{
	return 1;
}

SEC("cgroup/sockops")
int see_socket(struct bpf_sock_ops *context)
{
	return 1;
}

SEC("cgroup/sock1")
int new_socket(struct bpf_sock *context)
{
	return 1;
}

SEC("cgroup/firewall")
int of_its_loader(struct bpf_sock_addr *context)
{
	return context->user_port != 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
