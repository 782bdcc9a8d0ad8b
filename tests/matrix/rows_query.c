/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_QUERY. */
#include "row.h"

#include <linux/capability.h>

/* clang-format off */
static const struct row table[] = {
	{ "QUERY", "empty list", LEVEL_PUBLIC, QUERY, .capacity = 64 },
	{ "QUERY", "cap 64 all", LEVEL_PUBLIC, QUERY, .setup = "A B C D", .capacity = 64 },
	{ "QUERY", "cap 0", LEVEL_RULES, QUERY, .setup = "A B C D" },
	{ "QUERY", "cap 2 of 4, ids+pflags", LEVEL_BACKEND, QUERY, .setup = "A B C D", .capacity = 2, .program_flags = true },
	{ "QUERY", "ids+pflags", LEVEL_RULES, QUERY, .setup = "A B C D", .capacity = 4, .program_flags = true },
	{ "QUERY", "link_ids/link_attach_flags given", LEVEL_RULES, QUERY, .setup = "A link:B", .capacity = 64, .link_arrays = true },
	{ "QUERY", "EFFECTIVE with prog_attach_flags", LEVEL_BACKEND, QUERY, .setup = "A B C D", .capacity = 64, .query_flags = RAW_EFFECTIVE, .program_flags = true },
	{ "QUERY", "EFFECTIVE cap 2 of 4", LEVEL_BACKEND, QUERY, .setup = "A B up.C up.D", .capacity = 2, .query_flags = RAW_EFFECTIVE },
	{ "QUERY", "EFFECTIVE", LEVEL_RULES, QUERY, .setup = "A B up.C up.D", .capacity = 64, .query_flags = RAW_EFFECTIVE },
	{ "QUERY", "unknown query flag 2", LEVEL_BACKEND, QUERY, .setup = "A", .capacity = 64, .query_flags = 2 },
	{ "QUERY", "attach type 9999", LEVEL_PUBLIC, QUERY, .attach_type = "9999", .capacity = 64 },
	{ "QUERY", "attach type XDP", LEVEL_PUBLIC, QUERY, .attach_type = "xdp", .capacity = 64 },
	{ "QUERY", "removed cgroup", LEVEL_PUBLIC, QUERY, .setup = "A", .capacity = 64, .removed = JUST_REMOVED },
	{ "QUERY", "without NET_ADMIN", LEVEL_PUBLIC, QUERY, .setup = "A", .capacity = 64,
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
	{ "QUERY", "without NET_ADMIN, attach type 9999", LEVEL_PUBLIC, QUERY, .attach_type = "9999", .capacity = 64,
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN,
	  .public_cause = "attach_type_unknown", .reason = "names are looked up before any call" },
};
/* clang-format on */

ROWS(rows_query, table);
