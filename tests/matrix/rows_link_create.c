/* SPDX-License-Identifier: BSD-2-Clause */
/* LINK_CREATE. */
#include "row.h"

#include <linux/capability.h>

enum { LINK = RAW_LINK, BEFORE = RAW_BEFORE, AFTER = RAW_AFTER };

/* clang-format off */
static const struct row table[] = {
	{ "LINK_CR", "ok", BY_RULES, LINK_CREATE, .has = "A", .program = "B" },
	{ "LINK_CR", "list empty", BY_RULES, LINK_CREATE, .program = "B" },
	{ "LINK_CR", "same prog second link (allowed)", BY_RULES, LINK_CREATE, .has = "A link:B", .program = "B" },
	{ "LINK_CR", "prog already in list as plain attach (allowed)", BY_RULES, LINK_CREATE, .has = "A B", .program = "B" },
	{ "LINK_CR", "PREORDER", BY_RULES, LINK_CREATE, .has = "A", .program = "B", .flags = RAW_PREORDER },
	{ "LINK_CR", "flags=MULTI", BY_DOOR, LINK_CREATE, .has = "A", .program = "B", .flags = RAW_MULTI },
	{ "LINK_CR", "flags=REPLACE", BY_DOOR, LINK_CREATE, .has = "A", .program = "B", .flags = RAW_REPLACE },
	{ "LINK_CR", "flags=1<<7", BY_DOOR, LINK_CREATE, .has = "A", .program = "B", .flags = 1 << 7 },
	{ "LINK_CR", "prog fd bad", BY_RULES, LINK_CREATE, .has = "A", .program = "closed" },
	{ "LINK_CR", "prog fd regular file", BY_RULES, LINK_CREATE, .has = "A", .program = "file" },
	{ "LINK_CR", "prog type mismatch (sock_ops at egress)", BY_RULES, LINK_CREATE, .has = "A", .program = "ops" },
	{ "LINK_CR", "expected_attach_type mismatch (c6 at connect4)", BY_RULES, LINK_CREATE, .hook = "connect4", .program = "c6" },
	{ "LINK_CR", "skb loaded with expected_attach_type INGRESS(0, default) attached at EGRESS", BY_RULES, LINK_CREATE,
	  .has = "A", .program = "ingress" },
	{ "LINK_CR", "skb EGRESS that returns 3 at INGRESS", BY_RULES, LINK_CREATE, .hook = "ingress", .program = "strict" },
	{ "LINK_CR", "attach_type out of range 9999", BY_RULES, LINK_CREATE, .hook = "9999", .program = "A" },
	{ "LINK_CR", "list is OVERRIDE", BY_RULES, LINK_CREATE, .has = "override:A", .program = "B" },
	{ "LINK_CR", "list is NONE", BY_RULES, LINK_CREATE, .has = "none:A", .program = "B" },
	{ "LINK_CR", "parent has NONE prog: child link", BY_RULES, LINK_CREATE, .has = "up.none:A", .program = "B" },
	{ "LINK_CR", "65th (link)", BY_RULES, LINK_CREATE, .has = "fill", .program = "A" },
	{ "LINK_CR", "expected_revision right", BY_RULES, LINK_CREATE, .has = "A", .program = "B", .revision = RIGHT },
	{ "LINK_CR", "expected_revision stale", BY_RULES, LINK_CREATE, .has = "A", .program = "B", .revision = STALE },
	{ "LINK_CR", "BEFORE|LINK anchor link fd", BY_RULES, LINK_CREATE, .has = "A link:B", .program = "C", .anchor = "link:B", .flags = BEFORE | LINK },
	{ "LINK_CR", "AFTER|LINK|ID anchor link id", BY_RULES, LINK_CREATE,
	  .has = "link:A B", .program = "C", .anchor = "id:link:A", .flags = AFTER | LINK | RAW_ID },
	{ "LINK_CR", "BEFORE|LINK anchor is a prog fd", BY_RULES, LINK_CREATE, .has = "A link:B", .program = "C", .anchor = "A", .flags = BEFORE | LINK },
	{ "LINK_CR", "BEFORE anchor is a prog fd, no LINK flag", BY_RULES, LINK_CREATE, .has = "A link:B", .program = "C", .anchor = "A", .flags = BEFORE },
	{ "LINK_CR", "BEFORE|LINK anchor fd 0", BY_RULES, LINK_CREATE, .has = "A link:B", .program = "C", .flags = BEFORE | LINK },
	{ "LINK_CR", "BEFORE|LINK anchor fd closed", BY_RULES, LINK_CREATE, .has = "A link:B", .program = "C", .anchor = "closed", .flags = BEFORE | LINK },
	{ "LINK_CR", "BEFORE|LINK anchor is a map", BY_RULES, LINK_CREATE, .has = "A link:B", .program = "C", .anchor = "map", .flags = BEFORE | LINK },
	{ "LINK_CR", "BEFORE without anchor (= head)", BY_RULES, LINK_CREATE, .has = "A link:B", .program = "C", .flags = BEFORE },
	{ "LINK_CR", "BEFORE|LINK|ID anchor id unknown", BY_RULES, LINK_CREATE,
	  .has = "A link:B", .program = "C", .anchor = "id:unknown", .flags = BEFORE | LINK | RAW_ID },
	{ "LINK_CR", "BEFORE|LINK anchor link of another cgroup", BY_RULES, LINK_CREATE,
	  .has = "A up.link:D", .program = "C", .anchor = "link:D", .flags = BEFORE | LINK },
	{ "LINK_CR", "PREORDER + BEFORE|LINK anchor that is not PREORDER", BY_RULES, LINK_CREATE,
	  .has = "link:A", .program = "C", .anchor = "link:A", .flags = BEFORE | LINK | RAW_PREORDER },
	{ "LINK_CR", "removed cgroup", BY_RULES, LINK_CREATE, .program = "B", .removed = JUST_REMOVED },
	{ "LINK_CR", "skb without NET_ADMIN", BY_RULES, LINK_CREATE, .program = "B",
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
	{ "LINK_CR", "skb without NET_ADMIN, attach_type unknown", BY_RULES, LINK_CREATE, .hook = "9999", .program = "B",
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
};
/* clang-format on */

ROWS(rows_link_create, table);
