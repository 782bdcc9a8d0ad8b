/* SPDX-License-Identifier: BSD-2-Clause */
/* A program with metadata in every kind of variable. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

enum colour { RED = 0, GREEN = 5 };
enum signed_colour { NONE = -1, SOME = 1 };
typedef const char name_text[8];
struct pair {
	__u16 first, second;
};

const volatile char bpf_metadata_version[] = "2.1";
const volatile char bpf_metadata_author[16] = "an author";
const volatile name_text bpf_metadata_typedef = "typed";
const volatile char bpf_metadata_full[4] = { 'f', 'u', 'l', 'l' };
const volatile char bpf_metadata_hostile[] = "\x1b[31mred\n\\ \xc3\xa9 \xff";
const volatile bool bpf_metadata_yes = true;
const volatile bool bpf_metadata_no = false;
const volatile signed char bpf_metadata_s8 = -8;
const volatile unsigned char bpf_metadata_u8 = 200;
const volatile short bpf_metadata_s16 = -1600;
const volatile unsigned short bpf_metadata_u16 = 60000;
const volatile int bpf_metadata_s32 = -320000;
const volatile unsigned int bpf_metadata_u32 = 4000000000U;
const volatile long long bpf_metadata_s64 = -9000000000LL;
const volatile unsigned long long bpf_metadata_u64 = 18000000000000000000ULL;
const volatile enum colour bpf_metadata_colour = GREEN;
const volatile enum colour bpf_metadata_no_colour = 3;
const volatile enum signed_colour bpf_metadata_none = NONE;
const volatile struct pair bpf_metadata_pair = { 0x0102, 0x0304 };
const volatile unsigned char bpf_metadata_bytes[3] = { 1, 2, 255 };
const volatile int other_variable = 7;
int written;

SEC("cgroup_skb/egress")
int tell(struct __sk_buff *skb)
{
	written++;
	return other_variable + bpf_metadata_version[0] > 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
