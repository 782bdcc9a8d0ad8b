/* SPDX-License-Identifier: BSD-2-Clause */
/* A map with types that the kernel cannot create, in an object whose BTF the kernel accepts. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__type(key, int);
	__type(value, __u64);
} preallocated SEC(".maps");

SEC("cgroup_skb/egress")
int use_preallocated(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return 1;
	sk = bpf_sk_fullsock(sk);
	return sk && bpf_sk_storage_get(&preallocated, sk, 0, 0) ? 0 : 1;
}

char _license[] SEC("license") = "GPL";
