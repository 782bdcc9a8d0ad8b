/* SPDX-License-Identifier: BSD-2-Clause */
/* A map that is pinned by its name. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
} pinned_hits SEC(".maps");

SEC("cgroup_skb/egress")
int counting(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&pinned_hits, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
	return skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
