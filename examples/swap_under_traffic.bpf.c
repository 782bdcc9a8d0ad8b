/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs of the demo: two versions of a firewall, one of which is attached at a time, and two
 * programs after it in the chain.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "swap_under_traffic.h"

enum verdict { REFUSE = 0, PASS = 1 };
enum port { SMTP = 25, SUBMISSION = 587 };

/* Both versions write here. Each packet is seen on one CPU only, so plain additions are enough. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, FLOOD_MAX);
	__type(key, __u32);
	__type(value, struct sighting);
} sightings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 12);
	__type(key, __u32);
	__type(value, __u64);
} sizes SEC(".maps");

/* Each packet of the flood is a UDP packet that starts with its number. */
static __always_inline struct sighting *sighting_of(struct __sk_buff *skb)
{
	struct iphdr ip;
	__u32 number;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)) || ip.version != 4 ||
	    ip.protocol != IPPROTO_UDP)
		return NULL;
	if (bpf_skb_load_bytes(skb, ip.ihl * 4 + sizeof(struct udphdr), &number, sizeof(number)))
		return NULL;
	return bpf_map_lookup_elem(&sightings, &number);
}

static __always_inline int is_tcp_to(struct __sk_buff *skb, enum port port)
{
	struct tcphdr tcp;
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)) || ip.version != 4 ||
	    ip.protocol != IPPROTO_TCP)
		return 0;
	return !bpf_skb_load_bytes(skb, ip.ihl * 4, &tcp, sizeof(tcp)) &&
	       tcp.dest == bpf_htons(port);
}

SEC("cgroup_skb/egress")
int firewall_v1(struct __sk_buff *skb)
{
	struct sighting *sighting = sighting_of(skb);

	if (sighting)
		sighting->by_v1++;
	return is_tcp_to(skb, SMTP) ? REFUSE : PASS;
}

SEC("cgroup_skb/egress")
int firewall_v2(struct __sk_buff *skb)
{
	struct sighting *sighting = sighting_of(skb);

	if (sighting)
		sighting->by_v2++;
	return is_tcp_to(skb, SMTP) || is_tcp_to(skb, SUBMISSION) ? REFUSE : PASS;
}

static __always_inline void count(void *map, __u32 key)
{
	__u64 *value = bpf_map_lookup_elem(map, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("cgroup_skb/egress")
int counter(struct __sk_buff *skb)
{
	count(&packets, 0);
	return PASS;
}

/* A histogram of sizes, by powers of two. */
SEC("cgroup_skb/egress")
int histogram(struct __sk_buff *skb)
{
	__u32 size = skb->len;
	__u32 slot = 0;

	while (size > 32 && slot < 11) {
		size >>= 1;
		slot++;
	}
	count(&sizes, slot);
	return PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
