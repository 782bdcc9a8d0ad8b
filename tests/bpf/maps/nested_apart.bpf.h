/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that uses a map through a map of maps, between two that use the map by its name if DIRECT
 * is defined.
 */
#ifndef NESTED_APART_BPF_H
#define NESTED_APART_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { [0] = &inner } };

static __always_inline void count(void *map)
{
	__u32 key = 0;
	__u64 *value = map ? bpf_map_lookup_elem(map, &key) : 0;

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("cgroup_skb/egress")
int before(struct __sk_buff *skb)
{
#ifdef DIRECT
	count(&inner);
#endif
	return skb->len > 0;
}

SEC("cgroup_skb/egress")
int between(struct __sk_buff *skb)
{
	__u32 key = 0;

	count(bpf_map_lookup_elem(&outer, &key));
	return skb->len > 0;
}

SEC("cgroup_skb/egress")
int behind(struct __sk_buff *skb)
{
#ifdef DIRECT
	count(&inner);
#endif
	return skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";

#endif
