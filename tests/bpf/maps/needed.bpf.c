/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that use different maps of one object, directly and in other ways. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define COUNTER(name)                            \
	struct {                                 \
		__uint(type, BPF_MAP_TYPE_ARRAY); \
		__uint(max_entries, 1);          \
		__type(key, __u32);              \
		__type(value, __u64);            \
	} name SEC(".maps")

COUNTER(of_direct);
COUNTER(of_static);
COUNTER(of_global);
COUNTER(of_callback);

/* the kernel cannot create it: only program 'broken' needs it */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, __u64);
} broken_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} pin_of_other SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} of_nested SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct inner);
} nesting SEC(".maps") = { .values = { &of_nested } };

int seen;
int others SEC(".data.others");
const volatile char bpf_metadata_version[] = "1";

static __always_inline void add(void *map)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(map, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
}

static __noinline int count_deeper(int length)
{
	add(&of_static);
	return length + 1;
}

static __noinline int count_static(int length)
{
	return count_deeper(length) + count_deeper(length + 1);
}

__noinline int count_global(int length)
{
	add(&of_global);
	return length;
}

static long called(__u32 index, void *context)
{
	add(&of_callback);
	return 0;
}

SEC("cgroup_skb/egress")
int direct(struct __sk_buff *skb)
{
	add(&of_direct);
	return 1;
}

SEC("cgroup_skb/egress")
int by_static(struct __sk_buff *skb)
{
	return count_static(skb->len) ? 1 : 0;
}

SEC("cgroup_skb/egress")
int by_global(struct __sk_buff *skb)
{
	return count_global(skb->len) ? 1 : 0;
}

SEC("cgroup_skb/egress")
int by_callback(struct __sk_buff *skb)
{
	bpf_loop(2, called, NULL, 0);
	return 1;
}

SEC("cgroup_skb/egress")
int by_nested(struct __sk_buff *skb)
{
	__u32 key = 0;
	void *inner = bpf_map_lookup_elem(&nesting, &key);

	if (inner)
		add(inner);
	return 1;
}

SEC("cgroup_skb/egress")
int by_variable(struct __sk_buff *skb)
{
	seen++;
	return 1;
}

SEC("cgroup_skb/egress")
int pinning(struct __sk_buff *skb)
{
	add(&pin_of_other);
	others++;
	return 1;
}

SEC("cgroup_skb/egress")
int broken(struct __sk_buff *skb)
{
	void *space = bpf_ringbuf_reserve(&broken_ring, 8, 0);

	if (space)
		bpf_ringbuf_discard(space, 0);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
