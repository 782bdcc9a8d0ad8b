/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The common part of the versions of an object whose source fills a program array: the program calls
 * one in the array, which calls the next, and each step of each packet is counted.
 */
#ifndef FILLED_BPF_H
#define FILLED_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum { FIRST_SLOT = 0, SECOND_SLOT = 2, SLOTS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 5);
	__type(key, __u32);
	__type(value, __u64);
} steps SEC(".maps");

static __always_inline void step(__u32 key)
{
	__u64 *value = bpf_map_lookup_elem(&steps, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
}

/* Their section names no attach type: it is that of their caller. */
SEC("cgroup/skb")
int calls_first(struct __sk_buff *skb);
SEC("cgroup/skb")
int calls_second(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SLOTS);
	__uint(key_size, sizeof(__u32));
#ifndef PINNED_NOWHERE
	__uint(pinning, LIBBPF_PIN_BY_NAME);
#endif
	__array(values, int(struct __sk_buff *));
} filled_calls SEC(".maps") = {
	.values = { [FIRST_SLOT] = calls_first, [SECOND_SLOT] = calls_second },
};

int calls_first(struct __sk_buff *skb)
{
	step(FIRST_KEY);
	bpf_tail_call(skb, &filled_calls, SECOND_SLOT);
	return 0;
}

int calls_second(struct __sk_buff *skb)
{
	step(FIRST_KEY + 1);
	return skb->len > 0;
}

/* A packet whose tail call fails is dropped. */
SEC("cgroup_skb/egress")
int filling(struct __sk_buff *skb)
{
	step(0);
	bpf_tail_call(skb, &filled_calls, FIRST_SLOT);
	return 0;
}

#ifdef TWO_CALLERS
SEC("cgroup_skb/egress")
int filling_too(struct __sk_buff *skb)
{
	step(0);
	bpf_tail_call(skb, &filled_calls, FIRST_SLOT);
	return 0;
}
#endif

char _license[] SEC("license") = "Dual BSD/GPL";

#endif
