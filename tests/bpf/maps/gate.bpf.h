/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The common part of the versions of a firewall that allows a connect, unless a program that its
 * loader has put into its program array denies it.
 */
#ifndef GATE_BPF_H
#define GATE_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef GATE_ARRAY
#define GATE_ARRAY gate_rules
#endif
#ifndef GATE_SLOTS
#define GATE_SLOTS 8
#endif
#ifndef GATE_SECTION
#define GATE_SECTION "cgroup/connect4"
#endif

#ifdef GATE_FILLED_SLOT
SEC(GATE_SECTION)
int gate_allow(struct bpf_sock_addr *ctx)
{
	return 1;
}
#endif

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, GATE_SLOTS);
	__uint(key_size, sizeof(__u32));
#ifdef GATE_FILLED_SLOT
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__array(values, int(struct bpf_sock_addr *));
} GATE_ARRAY SEC(".maps") = {
	.values = { [GATE_FILLED_SLOT] = gate_allow },
};
#else
	__uint(value_size, sizeof(__u32));
} GATE_ARRAY SEC(".maps");
#endif

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} gate_calls SEC(".maps");

#ifdef GATE_STORAGE
struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} gate_storage SEC(".maps");
#endif

SEC(GATE_SECTION)
int gate_deny(struct bpf_sock_addr *ctx)
{
	return 0;
}

SEC(GATE_SECTION)
int gate(struct bpf_sock_addr *ctx)
{
	__u32 key = 0;
	__u64 *calls = bpf_map_lookup_elem(&gate_calls, &key);

	if (calls)
		__sync_fetch_and_add(calls, 1);
#ifdef GATE_STORAGE
	calls = bpf_get_local_storage(&gate_storage, 0);
	__sync_fetch_and_add(calls, 1);
#endif
	bpf_tail_call(ctx, &GATE_ARRAY, 3);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";

#endif
