/* SPDX-License-Identifier: BSD-2-Clause */
/* An object to inspect, whose code is too short for compilers to differ. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile char bpf_metadata_version[] = "2.0";
const volatile char bpf_metadata_origin[] =
	"a text about the firewall of the web servers, which is wider than any narrow terminal";
const volatile __u32 limit = 5;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} blocked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} flows SEC(".maps");

SEC("cgroup_skb/egress")
int fw(struct __sk_buff *skb)
{
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
