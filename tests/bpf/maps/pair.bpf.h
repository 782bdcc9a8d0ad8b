/* SPDX-License-Identifier: BSD-2-Clause */
/* The common part of the versions of a firewall: two programs that share a map. */
#ifndef PAIR_BPF_H
#define PAIR_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define COUNTER(name)                         \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_HASH);      \
		__uint(max_entries, 16);              \
		__type(key, __u32);                   \
		__type(value, __u64);                 \
	} name SEC(".maps")

#define COUNT(name, by)                                        \
	do {                                                       \
		__u32 key_ = (by);                                     \
		__u64 one_ = 1;                                        \
		bpf_map_update_elem(&(name), &key_, &one_, BPF_ANY);   \
	} while (0)

COUNTER(conn);
COUNTER(sent);
COUNTER(received);

#endif
