/* SPDX-License-Identifier: BSD-2-Clause */
/* Constants of all kinds of types. */
#include "gate.bpf.h"

enum colour { RED, GREEN = 5 };
typedef volatile const __u16 port;

struct rule {
	__u32 address;
	__u16 port, length;
};

const volatile __u8 byte = 1;
const volatile signed char sign = -1;
const volatile __s64 wide = -9000000000LL;
const volatile bool yes = true;
const volatile enum colour colour = GREEN;
const volatile char label[8] = "gate";
const volatile __u16 ports[3] = { 1, 2, 3 };
port by_typedef = 80;
volatile const port ports_by_typedef[2] = { 1, 2 };
const volatile struct rule rules[2] = { { 1, 2, 3 } };
const volatile struct {
	struct rule first;
	__u32 low : 3, high : 5;
	__s32 below : 4;
	union {
		__u32 number;
		__u8 bytes[4];
	};
	bool on;
} config = { .first = { 10, 20, 30 }, .low = 5, .high = 17, .below = -3, .number = 0x01020304 };
const int no_constant = 3;
const volatile __u32 last SEC(".rodata.more") = 9;

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	__u64 sum = byte + sign + wide + yes + colour + label[0] + ports[1] + by_typedef +
		    ports_by_typedef[1] + rules[1].port + config.first.port + config.low + config.high +
		    config.below + config.number + config.on + last;

	see();
	return sum != no_constant;
}

char _license[] SEC("license") = "Dual BSD/GPL";
