/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps that the kernel cannot create as they are declared, each with a program that uses it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define MAP(name, ...) \
	struct {       \
		__VA_ARGS__ \
	} name SEC(".maps")

#define USE(map)                                     \
	SEC("cgroup_skb/egress")                     \
	int use_##map(struct __sk_buff *skb)         \
	{                                            \
		__u32 key = 0;                       \
		bpf_map_lookup_elem(&map, &key);     \
		return 1;                            \
	}

#define ENTRIES(number) __uint(max_entries, number);
#define TYPES          \
	__type(key, __u32); \
	__type(value, __u64);

MAP(no_entries, __uint(type, BPF_MAP_TYPE_ARRAY); TYPES);
MAP(ring_value, __uint(type, BPF_MAP_TYPE_RINGBUF); ENTRIES(4096) __type(value, __u64););
MAP(ring_no_size, __uint(type, BPF_MAP_TYPE_RINGBUF););
MAP(trie, __uint(type, BPF_MAP_TYPE_LPM_TRIE); ENTRIES(16) __type(key, __u64); __type(value, __u64););
MAP(storage, __uint(type, BPF_MAP_TYPE_SK_STORAGE); __type(key, int); __type(value, __u64););
MAP(storage_untyped, __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(key_size, 4); __uint(value_size, 8););
MAP(storage_entries, __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC);
    ENTRIES(8) __type(key, int); __type(value, __u64););
MAP(lru, __uint(type, BPF_MAP_TYPE_LRU_HASH); ENTRIES(4) TYPES __uint(map_flags, BPF_F_NO_PREALLOC););
MAP(no_key, __uint(type, BPF_MAP_TYPE_HASH); ENTRIES(4) __type(value, __u64););
MAP(wide_key, __uint(type, BPF_MAP_TYPE_ARRAY); ENTRIES(4) __type(key, __u64); __type(value, __u64););
MAP(per_cpu, __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); ENTRIES(4) __type(key, __u32);
    __uint(value_size, 40000););
MAP(too_large, __uint(type, BPF_MAP_TYPE_HASH); ENTRIES(4) __type(key, __u32);
    __uint(value_size, 1 << 30););
/* the headers may not have it */
#define TYPE_ARENA 33
#define FLAG(flag) __uint(map_flags, flag);

MAP(storage_mmap, __uint(type, BPF_MAP_TYPE_SK_STORAGE); FLAG(BPF_F_NO_PREALLOC | BPF_F_MMAPABLE)
    __type(key, int); __type(value, __u64););
MAP(arena, __uint(type, TYPE_ARENA); ENTRIES(1));
MAP(array_preallocated, __uint(type, BPF_MAP_TYPE_ARRAY); ENTRIES(4) TYPES FLAG(BPF_F_NO_PREALLOC));
MAP(queue, __uint(type, BPF_MAP_TYPE_QUEUE); ENTRIES(4) __type(value, __u64); FLAG(BPF_F_NO_PREALLOC));
MAP(ring_flag, __uint(type, BPF_MAP_TYPE_RINGBUF); ENTRIES(4096) FLAG(BPF_F_NO_PREALLOC));
MAP(no_template, __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); ENTRIES(4) __type(key, __u32);
    __uint(value_size, 4););
MAP(stack, __uint(type, BPF_MAP_TYPE_STACK_TRACE); ENTRIES(4) __type(key, __u32); __uint(value_size, 12););
MAP(xsk, __uint(type, BPF_MAP_TYPE_XSKMAP); ENTRIES(4) TYPES);
MAP(lru_mmap, __uint(type, BPF_MAP_TYPE_LRU_HASH); ENTRIES(4) TYPES FLAG(BPF_F_MMAPABLE));
MAP(no_access, __uint(type, BPF_MAP_TYPE_HASH); ENTRIES(4) TYPES FLAG(BPF_F_RDONLY | BPF_F_WRONLY));
MAP(no_program_access, __uint(type, BPF_MAP_TYPE_ARRAY); ENTRIES(4) TYPES
    FLAG(BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG));
MAP(node, __uint(type, BPF_MAP_TYPE_HASH); ENTRIES(4) TYPES FLAG(BPF_F_NUMA_NODE)
    __uint(numa_node, 77););
MAP(node_per_cpu, __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); ENTRIES(4) TYPES FLAG(BPF_F_NUMA_NODE)
    __uint(numa_node, 0););
MAP(list_per_cpu, __uint(type, BPF_MAP_TYPE_HASH); ENTRIES(4) TYPES FLAG(BPF_F_NO_COMMON_LRU));
MAP(bloom, __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); ENTRIES(4) __type(value, __u64);
    __uint(map_extra, 16););
MAP(extra, __uint(type, BPF_MAP_TYPE_HASH); ENTRIES(4) TYPES __uint(map_extra, 2););
MAP(bad_template, __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); ENTRIES(4) __type(key, __u32);
    __array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); TYPES }););
MAP(array_of_programs, __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); ENTRIES(4) __type(key, __u32);
    __array(values, struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); ENTRIES(1) __type(key, __u32); __type(value, __u32); }););

MAP(unknown, __uint(type, 1000); ENTRIES(4) TYPES);
MAP(wrong_flags, __uint(type, BPF_MAP_TYPE_HASH); ENTRIES(4) TYPES __uint(map_flags, 1 << 27););

USE(no_entries)
USE(ring_value)
USE(ring_no_size)
USE(trie)
USE(storage)
USE(storage_untyped)
USE(storage_entries)
USE(lru)
USE(no_key)
USE(wide_key)
USE(per_cpu)
USE(too_large)
USE(storage_mmap)
USE(arena)
USE(array_preallocated)
USE(queue)
USE(ring_flag)
USE(no_template)
USE(stack)
USE(xsk)
USE(lru_mmap)
USE(no_access)
USE(no_program_access)
USE(node)
USE(node_per_cpu)
USE(list_per_cpu)
USE(bloom)
USE(extra)
USE(bad_template)
USE(array_of_programs)
USE(unknown)
USE(wrong_flags)

char _license[] SEC("license") = "Dual BSD/GPL";
