/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by both versions of the firewall: a counter of dropped packets, and a parser for the port of a
 * TCP packet.
 */
#ifndef FIREWALL_BPF_H
#define FIREWALL_BPF_H

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

enum verdict { REFUSE = 0, PASS = 1 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} refused SEC(".maps");

/* Returns the destination port of an IPv4 TCP packet, 0 for other packets. */
static __always_inline int tcp_port(struct __sk_buff *skb)
{
	struct tcphdr tcp;
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)) || ip.version != 4 ||
	    ip.protocol != IPPROTO_TCP)
		return 0;
	if (bpf_skb_load_bytes(skb, ip.ihl * 4, &tcp, sizeof(tcp)))
		return 0;
	return bpf_ntohs(tcp.dest);
}

static __always_inline int refuse(void)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&refused, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
	return REFUSE;
}

#endif
