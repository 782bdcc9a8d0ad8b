/* SPDX-License-Identifier: BSD-2-Clause */
/* A map of maps that hold values of the type VALUE. FILLED puts one map into it; with DIRECT the
 * program uses that map by its own name as well. */
#ifndef NESTED_BPF_H
#define NESTED_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, VALUE);
};

#ifdef FILLED
struct inner first SEC(".maps");
#endif

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps")
#ifdef FILLED
	= { .values = { &first } }
#endif
;

SEC("cgroup_skb/egress")
int nested(struct __sk_buff *skb)
{
	__u32 key = 0;
	void *inner = bpf_map_lookup_elem(&outer, &key);
	VALUE *value = inner ? bpf_map_lookup_elem(inner, &key) : 0;

	if (value)
		__sync_fetch_and_add(value, 1);
#ifdef DIRECT
	value = bpf_map_lookup_elem(&first, &key);
	if (value)
		__sync_fetch_and_add(value, 1);
#endif
	return skb->len > 0;
}

#endif
