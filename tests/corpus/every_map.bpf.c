/* SPDX-License-Identifier: BSD-2-Clause */
/* All types of maps that a program at egress may use, with contents from each packet. */
#include "corpus.bpf.h"

#define MAP(name, kind, ...)               \
	struct {                           \
		__uint(type, BPF_MAP_TYPE_##kind); \
		__VA_ARGS__                \
	} name SEC(".maps")

#define SIZED(number) __uint(max_entries, number);
#define TYPED         \
	__type(key, __u32); \
	__type(value, __u64);

COUNT_MAP(hits);
RULES_MAP(rules);
MAP(of_hash, HASH, SIZED(16) TYPED);
MAP(lazy_hash, HASH, SIZED(16) TYPED __uint(map_flags, BPF_F_NO_PREALLOC););
MAP(of_lru, LRU_HASH, SIZED(64) TYPED);
MAP(lru_per_list, LRU_HASH, SIZED(64) TYPED __uint(map_flags, BPF_F_NO_COMMON_LRU););
MAP(cpu_array, PERCPU_ARRAY, SIZED(2) TYPED);
MAP(cpu_hash, PERCPU_HASH, SIZED(16) TYPED);
MAP(cpu_lru, LRU_PERCPU_HASH, SIZED(64) TYPED);
MAP(of_queue, QUEUE, SIZED(512) __type(value, __u32););
MAP(of_stack, STACK, SIZED(512) __type(value, __u32););
MAP(of_filter, BLOOM_FILTER, SIZED(64) __type(value, __u32););
MAP(of_cgroup, CGROUP_STORAGE, __type(key, struct bpf_cgroup_storage_key); __type(value, __u64););
MAP(of_socket, SK_STORAGE, __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, int);
    __type(value, __u64););
MAP(of_events, PERF_EVENT_ARRAY, __uint(key_size, 4); __uint(value_size, 4););
MAP(of_ring, RINGBUF, SIZED(1 << 16));

struct trie_key {
	__u32 length, port;
};
MAP(of_trie, LPM_TRIE, SIZED(16) __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, struct trie_key);
    __type(value, __u64););

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} inside SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct inner);
} outer_array SEC(".maps") = { .values = { &inside } };

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} outer_hash SEC(".maps") = { .values = { [1] = &inside } };

static __always_inline void add_to(void *map, __u32 key)
{
	__u64 *value = bpf_map_lookup_elem(map, &key), one = 1;

	if (value)
		__sync_fetch_and_add(value, 1);
	else
		bpf_map_update_elem(map, &key, &one, BPF_ANY);
}

static __always_inline void store(struct __sk_buff *skb, __u32 port)
{
	struct trie_key trie_key = { 32, port };
	__u64 *value = bpf_map_lookup_elem(&of_trie, &trie_key), one = 1;
	struct bpf_sock *socket = skb->sk;

	if (value)
		__sync_fetch_and_add(value, 1);
	else
		bpf_map_update_elem(&of_trie, &trie_key, &one, BPF_ANY);
	value = bpf_get_local_storage(&of_cgroup, 0);
	__sync_fetch_and_add(value, 1);
	socket = socket ? bpf_sk_fullsock(socket) : NULL;
	value = socket ? bpf_sk_storage_get(&of_socket, socket, NULL,
					    BPF_SK_STORAGE_GET_F_CREATE)
		       : NULL;
	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline void pass_on(struct __sk_buff *skb, __u32 port)
{
	__u32 *space = bpf_ringbuf_reserve(&of_ring, sizeof(*space), 0);

	if (space) {
		*space = port;
		bpf_ringbuf_submit(space, 0);
	}
	bpf_perf_event_output(skb, &of_events, BPF_F_CURRENT_CPU, &port, sizeof(port));
	bpf_map_push_elem(&of_queue, &port, BPF_EXIST);
	bpf_map_push_elem(&of_stack, &port, BPF_EXIST);
	bpf_map_push_elem(&of_filter, &port, BPF_ANY);
}

static __always_inline void nest(void)
{
	__u32 key = 0;
	void *inner = bpf_map_lookup_elem(&outer_array, &key);

	if (inner)
		count_in(inner);
	key = 1;
	inner = bpf_map_lookup_elem(&outer_hash, &key);
	if (inner)
		count_in(inner);
}

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	__u32 port = port_of(skb);

	if (port) {
		add_to(&of_hash, port);
		add_to(&lazy_hash, port);
		add_to(&of_lru, port);
		add_to(&lru_per_list, port);
		add_to(&cpu_array, port & 1);
		add_to(&cpu_hash, port);
		add_to(&cpu_lru, port);
		store(skb, port);
		pass_on(skb, port);
		nest();
	}
	return FILTER(skb, &hits, &rules);
}
