/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The common part of the objects of the corpus. Each is compiled twice, with VERSION 1 and 2. The
 * programs count each packet to PORT or PORT_DENIED in a map whose first element is the count, and
 * reject those to ports that the map of rules has: corpus.py puts PORT_DENIED into it.
 */
#ifndef CORPUS_BPF_H
#define CORPUS_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#ifdef __clang__
#include <bpf/bpf_helpers.h>
#else
/* GCC calls no helper by a number in a variable, as older headers of libbpf do. */
#define SEC(name)          __attribute__((section(name), used))
#define __uint(name, val)  int (*name)[val]
#define __type(name, val)  typeof(val) *name
#define __always_inline    inline __attribute__((always_inline))
#define GCC_HELPER(number) __attribute__((kernel_helper(number)))

void *bpf_map_lookup_elem(void *map, const void *key) GCC_HELPER(1);
long bpf_skb_load_bytes(const void *skb, __u32 offset, void *to, __u32 len) GCC_HELPER(26);
#endif

#ifndef VERSION
#define VERSION 1
#endif
#define TEXT_OF(value) #value
#define TEXT(value)    TEXT_OF(value)

enum { PORT = 7801, PORT_DENIED = 7802, UDP_DESTINATION = 22 };

const volatile char bpf_metadata_version[] = TEXT(VERSION);

#define COUNT_MAP(name)                          \
	struct {                                 \
		__uint(type, BPF_MAP_TYPE_ARRAY); \
		__uint(max_entries, 1);          \
		__type(key, __u32);              \
		__type(value, __u64);            \
	} name SEC(".maps")

#define RULES_MAP(name)                          \
	struct {                                 \
		__uint(type, BPF_MAP_TYPE_HASH); \
		__uint(max_entries, 16);         \
		__type(key, __u32);              \
		__type(value, __u64);            \
	} name SEC(".maps")

static __always_inline void count_in(void *map)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(map, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
}

/* The port that a packet goes to; 0: it is not for the corpus. */
static __always_inline __u32 port_of(struct __sk_buff *skb)
{
	__u16 port = 0;

	if (bpf_skb_load_bytes(skb, UDP_DESTINATION, &port, sizeof(port)))
		return 0;
	port = bpf_ntohs(port);
	return port == PORT || port == PORT_DENIED ? port : 0;
}

static __always_inline int verdict_of(void *rules, __u32 port)
{
	return !bpf_map_lookup_elem(rules, &port);
}

/* The body of a program at egress or ingress. */
#define FILTER(skb, hits, rules)                    \
	({                                          \
		__u32 port_ = port_of(skb);         \
		if (port_)                          \
			count_in(hits);             \
		port_ ? verdict_of(rules, port_) : 1; \
	})

char _license[] SEC("license") = "Dual BSD/GPL";

#endif
