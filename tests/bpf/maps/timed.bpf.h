/* SPDX-License-Identifier: BSD-2-Clause */
/* A program with a map whose values have timers. */
#ifndef TIMED_BPF_H
#define TIMED_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct timed {
	__u64 count;
	struct {
		struct bpf_timer timer;
	} nested[1];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct timed);
#ifdef PINNED
	__uint(pinning, LIBBPF_PIN_BY_NAME);
#endif
} clocks SEC(".maps");

SEC("cgroup_skb/egress")
int timing(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct timed *timed = bpf_map_lookup_elem(&clocks, &key);

	if (timed)
		__sync_fetch_and_add(&timed->count, 1);
	return skb->len > 0;
}

char _license[] SEC("license") = "GPL";

#endif
