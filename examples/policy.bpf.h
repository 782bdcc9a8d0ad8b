/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The common part of both versions of a policy with a program at each of three attach types. They work
 * by common maps: what one program counts or notes, the others see.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} peers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

static __always_inline void count(__u32 program)
{
	__u64 *value = bpf_map_lookup_elem(&calls, &program);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline void note_peer(__u32 address)
{
	__u64 one = 1, *times = bpf_map_lookup_elem(&peers, &address);

	if (times)
		__sync_fetch_and_add(times, 1);
	else
		bpf_map_update_elem(&peers, &address, &one, BPF_ANY);
}

char _license[] SEC("license") = "Dual BSD/GPL";
