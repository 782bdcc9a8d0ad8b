/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The common part of the versions of an object with several program arrays that the source fills:
 * 'first' and 'second' have one each, 'plain' has none, and one is used by no program. The program
 * that 'first' calls uses another one, which no program that can be attached uses; and the program
 * that 'second' calls uses a map that 'plain' uses too.
 */
#ifndef FILLED_APART_BPF_H
#define FILLED_APART_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 7);
	__type(key, __u32);
	__type(value, __u64);
} steps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} noted SEC(".maps");

static __always_inline void add(void *map, __u32 key)
{
	__u64 *value = bpf_map_lookup_elem(map, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline void step(__u32 key)
{
	add(&steps, key);
}

#define FILLED(name, called)                        \
	SEC("cgroup/skb")                           \
	int called(struct __sk_buff *skb);          \
	struct {                                    \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY); \
		__uint(max_entries, 2);             \
		__uint(key_size, sizeof(__u32));    \
		PINNING                             \
		__array(values, int(struct __sk_buff *)); \
	} name SEC(".maps") = { .values = { [1] = called } }

#define PINNING __uint(pinning, LIBBPF_PIN_BY_NAME);
FILLED(first_calls, called_first);
FILLED(deeper_calls, called_deeper);
FILLED(second_calls, called_second);
#undef PINNING
/* without a pin it could not be loaded */
#define PINNING
FILLED(unused_calls, called_never);

/* A packet whose tail call fails is dropped. */
int called_first(struct __sk_buff *skb)
{
	step(FIRST_KEY);
	bpf_tail_call(skb, &deeper_calls, 1);
	return 0;
}

int called_deeper(struct __sk_buff *skb)
{
	step(FIRST_KEY + 1);
	return skb->len > 0;
}

int called_second(struct __sk_buff *skb)
{
	step(FIRST_KEY + 2);
	add(&noted, 0);
	return skb->len > 0;
}

int called_never(struct __sk_buff *skb)
{
	return skb->len > 0;
}

SEC("cgroup_skb/egress")
int first(struct __sk_buff *skb)
{
	step(0);
	bpf_tail_call(skb, &first_calls, 1);
	return 0;
}

SEC("cgroup_skb/egress")
int second(struct __sk_buff *skb)
{
	step(0);
	bpf_tail_call(skb, &second_calls, 1);
	return 0;
}

SEC("cgroup_skb/egress")
int plain(struct __sk_buff *skb)
{
	step(0);
	add(&noted, 0);
	return skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";

#endif
