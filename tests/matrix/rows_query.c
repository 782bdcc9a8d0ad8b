/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_QUERY. */
#include "row.h"

#include <linux/capability.h>

/* clang-format off */
static const struct row table[] = {
	{ "QUERY", "empty list", BY_CALLER, QUERY, .room = 64 },
	{ "QUERY", "cap 64 all", BY_CALLER, QUERY, .has = "A B C D", .room = 64 },
	{ "QUERY", "cap 0", BY_RULES, QUERY, .has = "A B C D" },
	{ "QUERY", "cap 2 of 4, ids+pflags", BY_DOOR, QUERY, .has = "A B C D", .room = 2, .program_flags = true },
	{ "QUERY", "ids+pflags", BY_RULES, QUERY, .has = "A B C D", .room = 4, .program_flags = true },
	{ "QUERY", "link_ids/link_attach_flags given", BY_RULES, QUERY, .has = "A link:B", .room = 64, .link_arrays = true },
	{ "QUERY", "EFFECTIVE with prog_attach_flags", BY_DOOR, QUERY, .has = "A B C D", .room = 64, .query_flags = RAW_EFFECTIVE, .program_flags = true },
	{ "QUERY", "EFFECTIVE cap 2 of 4", BY_DOOR, QUERY, .has = "A B up.C up.D", .room = 2, .query_flags = RAW_EFFECTIVE },
	{ "QUERY", "EFFECTIVE", BY_RULES, QUERY, .has = "A B up.C up.D", .room = 64, .query_flags = RAW_EFFECTIVE },
	{ "QUERY", "unknown query flag 2", BY_DOOR, QUERY, .has = "A", .room = 64, .query_flags = 2 },
	{ "QUERY", "attach type 9999", BY_CALLER, QUERY, .hook = "9999", .room = 64 },
	{ "QUERY", "attach type XDP", BY_CALLER, QUERY, .hook = "xdp", .room = 64 },
	{ "QUERY", "removed cgroup", BY_CALLER, QUERY, .has = "A", .room = 64, .removed = JUST_REMOVED },
	{ "QUERY", "without NET_ADMIN", BY_CALLER, QUERY, .has = "A", .room = 64,
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
	{ "QUERY", "without NET_ADMIN, attach type 9999", BY_CALLER, QUERY, .hook = "9999", .room = 64,
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN,
	  .caller_says = "attach_type_unknown", .because = "names are looked up before anything is asked" },
};
/* clang-format on */

ROWS(rows_query, table);
