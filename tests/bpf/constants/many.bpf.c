/* SPDX-License-Identifier: BSD-2-Clause */
/* A struct of 20 constants, as a loader sets them all. */
#include "gate.bpf.h"

const volatile struct {
	__u32 a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t;
} config;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	see();
	return config.a + config.t < 1000;
}

char _license[] SEC("license") = "Dual BSD/GPL";
