/* SPDX-License-Identifier: BSD-2-Clause */
/* A device filter that allows every device. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/dev")
int any_device(struct bpf_cgroup_dev_ctx *device)
{
	(void)device;
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
