/* SPDX-License-Identifier: BSD-2-Clause */
/* Two maps with the same name in the kernel, which cuts it. Only the declared size differs, and the
 * type if TYPE_OF_UDP is defined. */
#ifndef SIZED_BPF_H
#define SIZED_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef TYPE_OF_UDP
#define TYPE_OF_UDP BPF_MAP_TYPE_ARRAY
#endif

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 10);
	__type(key, __u32);
	__type(value, __u64);
} connections_of_tcp SEC(".maps");

struct {
	__uint(type, TYPE_OF_UDP);
	__uint(max_entries, 20);
	__type(key, __u32);
	__type(value, __u64);
} connections_of_udp SEC(".maps");

#endif
