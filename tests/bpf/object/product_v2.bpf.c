/* SPDX-License-Identifier: BSD-2-Clause */
/* Its second version: packets look at the note too, and a map of its own is shared by two programs. */
#include "product.bpf.h"

const char bpf_metadata_version[] SEC(".rodata") = "2";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} added SEC(".maps");

static __always_inline void count_added(void)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&added, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
}

/* first in the file: its map "noted" is one that its predecessor does not have */
SEC("cgroup_skb/egress")
int on_packet(struct __sk_buff *skb)
{
	count(PACKETS);
	count_added();
	return is_noted() + bpf_metadata_version[0] != 0;
}

SEC("cgroup/connect4")
int on_connect(struct bpf_sock_addr *ctx)
{
	count(CONNECTS);
	note();
	return 1;
}

SEC("cgroup/sendmsg4")
int on_send(struct bpf_sock_addr *ctx)
{
	count(SENDS);
	return is_noted() + 1 > 0;
}

SEC("cgroup/sock_create")
int on_socket(struct bpf_sock *ctx)
{
	count(SOCKETS);
	count_added();
	return bpf_metadata_version[0] != 0;
}
