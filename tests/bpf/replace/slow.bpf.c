/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that takes some milliseconds for a packet, and counts when it starts and when it ends. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum { ENTERED = 0, LEFT = 1, ROUNDS = 1 << 20 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} runs SEC(".maps");

static int idle(__u32 round, void *context)
{
	return 0;
}

static void count(__u32 what)
{
	__u64 *counter = bpf_map_lookup_elem(&runs, &what);

	if (counter)
		__sync_fetch_and_add(counter, 1);
}

SEC("cgroup_skb/egress")
int slow(struct __sk_buff *skb)
{
	count(ENTERED);
	bpf_loop(ROUNDS, idle, NULL, 0);
	count(LEFT);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
