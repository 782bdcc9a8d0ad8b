/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps that are created larger than declared: for each CPU, or to whole pages. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* a prime, and so not a multiple of the number of CPUs */
enum { ENTRIES = 1009 };

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, ENTRIES);
	__uint(map_flags, BPF_F_NO_COMMON_LRU);
	__type(key, __u32);
	__type(value, __u64);
} connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, ENTRIES);
	__uint(map_flags, BPF_F_NO_COMMON_LRU);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, ENTRIES);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
} traces SEC(".maps");

SEC("cgroup_skb/egress")
int larger(struct __sk_buff *skb)
{
	__u32 key = skb->len;
	__u64 one = 1;

	bpf_map_update_elem(&connections, &key, &one, BPF_ANY);
	bpf_map_update_elem(&counters, &key, &one, BPF_ANY);
	bpf_ringbuf_output(&events, &key, sizeof(key), 0);
	bpf_perf_event_output(skb, &traces, BPF_F_CURRENT_CPU, &key, sizeof(key));
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
