/* SPDX-License-Identifier: BSD-2-Clause */
/* The common part of the programs of the test of broken objects. */
#ifndef BROKEN_H
#define BROKEN_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef STATE_ENTRIES
#define STATE_ENTRIES 4
#endif
#ifndef STATE_VALUE
#define STATE_VALUE __u64
#endif

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STATE_ENTRIES);
	__type(key, __u32);
	__type(value, STATE_VALUE);
} broken_state SEC(".maps");

const volatile char bpf_metadata_version[] = "1.0";
const volatile int broken_limit = 7;
int broken_seen;

#ifndef NO_LICENSE
char _license[] SEC("license") = "Dual BSD/GPL";
#endif

#endif
