/* SPDX-License-Identifier: BSD-2-Clause */
/* pair_v1 whose programs share more: a map, storage, a variable, and `sent`. */
#include "pair.bpf.h"

const volatile __u32 bpf_metadata_version = 2;

COUNTER(fresh);

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} storage SEC(".maps");

__u64 packets;

static __always_inline void count(void)
{
	__u64 *value = bpf_get_local_storage(&storage, 0);

	__sync_fetch_and_add(value, 1);
	__sync_fetch_and_add(&packets, 1);
	COUNT(fresh, bpf_metadata_version);
}

SEC("cgroup_skb/egress")
int out(struct __sk_buff *skb)
{
	count();
	COUNT(conn, skb->len);
	COUNT(sent, bpf_metadata_version);
	return 1;
}

SEC("cgroup_skb/ingress")
int in(struct __sk_buff *skb)
{
	count();
	COUNT(conn, skb->len);
	COUNT(sent, bpf_metadata_version);
	COUNT(received, bpf_metadata_version);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
