/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader says how many entries a map has, and what two constants are; without it nothing passes. */
#include "corpus.bpf.h"

struct settings {
	__u32 first_port, last_port;
};

const volatile __u32 admitted;
const volatile struct settings settings;

COUNT_MAP(hits);
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
} rules SEC(".maps");

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	__u32 port = port_of(skb);

	if (!port)
		return 1;
	count_in(&hits);
	if (!admitted || port < settings.first_port || port > settings.last_port)
		return 0;
	return verdict_of(&rules, port);
}
