/* SPDX-License-Identifier: BSD-2-Clause */
/* Two programs that use a map through a map of maps; one of them uses it by its name as well. */
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
	__uint(max_entries, 1);
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
int by_outer(struct __sk_buff *skb)
{
	__u32 key = 0;

	count(bpf_map_lookup_elem(&outer, &key));
	return 1;
}

SEC("cgroup_skb/ingress")
int by_both(struct __sk_buff *skb)
{
	__u32 key = 0;

	count(bpf_map_lookup_elem(&outer, &key));
	count(&inner);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
