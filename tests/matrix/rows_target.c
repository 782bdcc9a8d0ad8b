/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors that are not cgroups, for each operation that takes a cgroup. */
#include "row.h"

enum { MULTI = RAW_MULTI, BOTH = RAW_MULTI | RAW_REPLACE };

#define TARGET(what, named)                                                                        \
	{ "ATTACH", "target fd is " what, .target = named, .program = "A", .flags = MULTI },       \
	{ "REPLACE", "target fd is " what, .target = named, .program = "B", .old = "A", .flags = BOTH }, \
	{ "DETACH", "target fd is " what, LEVEL_PUBLIC, DETACH, .target = named, .program = "A" },    \
	{ "QUERY", "target fd is " what, LEVEL_PUBLIC, QUERY, .target = named, .capacity = 64 },          \
	{ "LINK_CR", "target fd is " what, LEVEL_RULES, LINK_CREATE, .target = named, .program = "A" }

/* clang-format off */
static const struct row table[] = {
	TARGET("regular dir /tmp", "tmp"),
	TARGET("cgroup v1 dir", "v1"),
	TARGET("sysfs dir (kernfs, not cgroup)", "sysfs"),
	TARGET("regular file in cgroupfs (cgroup.procs)", "procs"),
	TARGET("prog fd", "C"),
	TARGET("closed fd", "closed"),
	TARGET("-1", "none"),
	{ "ATTACH", "target fd is O_PATH fd of cgroup dir", .target = "opath", .program = "A", .flags = MULTI },
	{ "QUERY", "target fd is O_PATH fd of cgroup dir", LEVEL_PUBLIC, QUERY, .setup = "A", .target = "opath", .capacity = 64 },
	{ "LINK_CR", "target fd is O_PATH fd of cgroup dir", LEVEL_RULES, LINK_CREATE, .target = "opath", .program = "A" },
	{ "ATTACH", "removed cgroup", .program = "A", .flags = MULTI, .removed = JUST_REMOVED },
	{ "ATTACH", "threaded cgroup", .setup = "threaded", .program = "A", .flags = MULTI },
};
/* clang-format on */

ROWS(rows_target, table);
