/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file attach_types.h
 * The attach types of cgroups by number, as in the kernel's ABI. This table does not come from the
 * library, so that the tests check the library's table against it.
 */
#ifndef TESTS_LIB_ATTACH_TYPES_H
#define TESTS_LIB_ATTACH_TYPES_H

#include <stddef.h>
#include <stdint.h>

struct type_info {
	const char *name;       /* libbpf's name of the attach type */
	const char *short_name; /* bpftool's; NULL: unknown to the tests */
	uint32_t attach_type;
	uint32_t prog_type;
};

enum {
	INGRESS = 0,
	EGRESS = 1,
	SOCK_CREATE = 2,
	SOCK_OPS = 3,
	DEVICE = 6,
	CONNECT4 = 10,
	CONNECT6 = 11,
	UDP4_SENDMSG = 14,
};

extern const struct type_info type_infos[];
extern const size_t type_info_count;

/** @return the table's row of an attach type, which must be in the table. */
const struct type_info *type_info_of(uint32_t attach_type);

#endif
