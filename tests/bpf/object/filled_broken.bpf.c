/* SPDX-License-Identifier: BSD-2-Clause */
/* The verifier rejects not the program itself, but one that it calls. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} values SEC(".maps");

SEC("cgroup/skb")
int calls_badly(struct __sk_buff *skb)
{
	__u32 key = skb->len;
	__u64 *value = bpf_map_lookup_elem(&values, &key);

	/* no check for NULL */
	return *value > 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__array(values, int(struct __sk_buff *));
} broken_calls SEC(".maps") = {
	.values = { calls_badly },
};

SEC("cgroup_skb/egress")
int calling(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &broken_calls, 0);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
