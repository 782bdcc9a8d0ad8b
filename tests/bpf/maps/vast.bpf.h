/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map with more entries than the kernel's BTF can express: libbpf then loads the whole object
 * without BTF. For the map NAME beside it the kernel has only the first 15 characters of the name.
 */
#ifndef VAST_BPF_H
#define VAST_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key {
	__u32 length, address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 0x7fffffff);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct key);
	__type(value, __u32);
} networks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} NAME SEC(".maps");

#ifdef OTHER
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} OTHER SEC(".maps");
#endif

#ifdef VARIABLE
__u64 packets;
#endif

SEC("cgroup_skb/egress")
int vast(struct __sk_buff *skb)
{
	struct key key = { .length = 32, .address = skb->len };
	__u32 index = 0;

#ifdef VARIABLE
	packets++;
#endif
#ifdef OTHER
	if (bpf_map_lookup_elem(&OTHER, &index))
		index = 1;
#endif
	return bpf_map_lookup_elem(&networks, &key) || bpf_map_lookup_elem(&NAME, &index) ||
	       skb->len > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";

#endif
