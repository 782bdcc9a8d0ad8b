/* SPDX-License-Identifier: BSD-2-Clause */
/* A device filter: /dev/null and nothing else. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum { MEMORY = 1, NULL_DEVICE = 3 };

SEC("cgroup/dev")
int only_null(struct bpf_cgroup_dev_ctx *device)
{
	return (device->access_type & 0xffff) == BPF_DEVCG_DEV_CHAR && device->major == MEMORY &&
	       device->minor == NULL_DEVICE;
}

char _license[] SEC("license") = "Dual BSD/GPL";
