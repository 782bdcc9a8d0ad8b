/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The common part of the versions of a firewall whose source fills its program array. Only the program
 * in the array uses the list of what is blocked; with CHAINED, the list is a program that a loader puts
 * into another array.
 */
#ifndef BLOCKLIST_BPF_H
#define BLOCKLIST_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef BLOCK_CALLS
#define BLOCK_CALLS block_calls
#endif

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} blocked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} block_rules SEC(".maps");

SEC("cgroup/connect4")
int block_deny(struct bpf_sock_addr *ctx)
{
	return 0;
}

SEC("cgroup/connect4")
int block_listed(struct bpf_sock_addr *ctx)
{
#ifdef CHAINED
	bpf_tail_call(ctx, &block_rules, 0);
	return 1;
#else
	__u32 key = 1;

	return !bpf_map_lookup_elem(&blocked, &key);
#endif
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__array(values, int(struct bpf_sock_addr *));
} BLOCK_CALLS SEC(".maps") = {
	.values = { [0] = block_listed },
};

SEC("cgroup/connect4")
int gate(struct bpf_sock_addr *ctx)
{
	bpf_tail_call(ctx, &BLOCK_CALLS, 0);
	return 1;
}

const volatile __u32 bpf_metadata_version = BLOCKLIST_VERSION;

char _license[] SEC("license") = "Dual BSD/GPL";

#endif
