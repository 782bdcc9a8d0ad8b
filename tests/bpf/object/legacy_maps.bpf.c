/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps as libbpf before 1.0 and other loaders read them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct legacy_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags;
};

struct legacy_map_def SEC("maps") legacy_counts = { BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0 };
struct legacy_map_def SEC("maps") legacy_rules = { BPF_MAP_TYPE_HASH, 16, 4, 512, 1 };

SEC("cgroup_skb/egress")
int legacy_count(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&legacy_counts, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
	return !bpf_map_lookup_elem(&legacy_rules, &(struct { __u64 a, b; }){ 0, 0 });
}

const volatile char bpf_metadata_version[] = "0.9";
char _license[] SEC("license") = "Dual BSD/GPL";
