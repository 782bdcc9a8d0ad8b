/* SPDX-License-Identifier: BSD-2-Clause */
/* LINK_CREATE. */
#include "row.h"

#include <linux/capability.h>

enum { LINK = RAW_LINK, BEFORE = RAW_BEFORE, AFTER = RAW_AFTER };

/* clang-format off */
static const struct row table[] = {
	{ "LINK_CR", "ok", LEVEL_RULES, LINK_CREATE, .setup = "A", .program = "B" },
	{ "LINK_CR", "list empty", LEVEL_RULES, LINK_CREATE, .program = "B" },
	{ "LINK_CR", "same prog second link (allowed)", LEVEL_RULES, LINK_CREATE, .setup = "A link:B", .program = "B" },
	{ "LINK_CR", "prog already in list as plain attach (allowed)", LEVEL_RULES, LINK_CREATE, .setup = "A B", .program = "B" },
	{ "LINK_CR", "PREORDER", LEVEL_RULES, LINK_CREATE, .setup = "A", .program = "B", .flags = RAW_PREORDER },
	{ "LINK_CR", "flags=MULTI", LEVEL_BACKEND, LINK_CREATE, .setup = "A", .program = "B", .flags = RAW_MULTI },
	{ "LINK_CR", "flags=REPLACE", LEVEL_BACKEND, LINK_CREATE, .setup = "A", .program = "B", .flags = RAW_REPLACE },
	{ "LINK_CR", "flags=1<<7", LEVEL_BACKEND, LINK_CREATE, .setup = "A", .program = "B", .flags = 1 << 7 },
	{ "LINK_CR", "prog fd bad", LEVEL_RULES, LINK_CREATE, .setup = "A", .program = "closed" },
	{ "LINK_CR", "prog fd regular file", LEVEL_RULES, LINK_CREATE, .setup = "A", .program = "file" },
	{ "LINK_CR", "prog type mismatch (sock_ops at egress)", LEVEL_RULES, LINK_CREATE, .setup = "A", .program = "ops" },
	{ "LINK_CR", "expected_attach_type mismatch (c6 at connect4)", LEVEL_RULES, LINK_CREATE, .attach_type = "connect4", .program = "c6" },
	{ "LINK_CR", "skb loaded with expected_attach_type INGRESS(0, default) attached at EGRESS", LEVEL_RULES, LINK_CREATE,
	  .setup = "A", .program = "ingress" },
	{ "LINK_CR", "skb EGRESS that returns 3 at INGRESS", LEVEL_RULES, LINK_CREATE, .attach_type = "ingress", .program = "strict" },
	{ "LINK_CR", "attach_type out of range 9999", LEVEL_RULES, LINK_CREATE, .attach_type = "9999", .program = "A" },
	{ "LINK_CR", "list is OVERRIDE", LEVEL_RULES, LINK_CREATE, .setup = "override:A", .program = "B" },
	{ "LINK_CR", "list is NONE", LEVEL_RULES, LINK_CREATE, .setup = "none:A", .program = "B" },
	{ "LINK_CR", "parent has NONE prog: child link", LEVEL_RULES, LINK_CREATE, .setup = "up.none:A", .program = "B" },
	{ "LINK_CR", "65th (link)", LEVEL_RULES, LINK_CREATE, .setup = "fill", .program = "A" },
	{ "LINK_CR", "expected_revision right", LEVEL_RULES, LINK_CREATE, .setup = "A", .program = "B", .revision = RIGHT },
	{ "LINK_CR", "expected_revision stale", LEVEL_RULES, LINK_CREATE, .setup = "A", .program = "B", .revision = STALE },
	{ "LINK_CR", "BEFORE|LINK anchor link fd", LEVEL_RULES, LINK_CREATE, .setup = "A link:B", .program = "C", .anchor = "link:B", .flags = BEFORE | LINK },
	{ "LINK_CR", "AFTER|LINK|ID anchor link id", LEVEL_RULES, LINK_CREATE,
	  .setup = "link:A B", .program = "C", .anchor = "id:link:A", .flags = AFTER | LINK | RAW_ID },
	{ "LINK_CR", "BEFORE|LINK anchor is a prog fd", LEVEL_RULES, LINK_CREATE, .setup = "A link:B", .program = "C", .anchor = "A", .flags = BEFORE | LINK },
	{ "LINK_CR", "BEFORE anchor is a prog fd, no LINK flag", LEVEL_RULES, LINK_CREATE, .setup = "A link:B", .program = "C", .anchor = "A", .flags = BEFORE },
	{ "LINK_CR", "BEFORE|LINK anchor fd 0", LEVEL_RULES, LINK_CREATE, .setup = "A link:B", .program = "C", .flags = BEFORE | LINK },
	{ "LINK_CR", "BEFORE|LINK anchor fd closed", LEVEL_RULES, LINK_CREATE, .setup = "A link:B", .program = "C", .anchor = "closed", .flags = BEFORE | LINK },
	{ "LINK_CR", "BEFORE|LINK anchor is a map", LEVEL_RULES, LINK_CREATE, .setup = "A link:B", .program = "C", .anchor = "map", .flags = BEFORE | LINK },
	{ "LINK_CR", "BEFORE without anchor (= head)", LEVEL_RULES, LINK_CREATE, .setup = "A link:B", .program = "C", .flags = BEFORE },
	{ "LINK_CR", "BEFORE|LINK|ID anchor id unknown", LEVEL_RULES, LINK_CREATE,
	  .setup = "A link:B", .program = "C", .anchor = "id:unknown", .flags = BEFORE | LINK | RAW_ID },
	{ "LINK_CR", "BEFORE|LINK anchor link of another cgroup", LEVEL_RULES, LINK_CREATE,
	  .setup = "A up.link:D", .program = "C", .anchor = "link:D", .flags = BEFORE | LINK },
	{ "LINK_CR", "PREORDER + BEFORE|LINK anchor that is not PREORDER", LEVEL_RULES, LINK_CREATE,
	  .setup = "link:A", .program = "C", .anchor = "link:A", .flags = BEFORE | LINK | RAW_PREORDER },
	{ "LINK_CR", "removed cgroup", LEVEL_RULES, LINK_CREATE, .program = "B", .removed = JUST_REMOVED },
	{ "LINK_CR", "skb without NET_ADMIN", LEVEL_RULES, LINK_CREATE, .program = "B",
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
	{ "LINK_CR", "skb without NET_ADMIN, attach_type unknown", LEVEL_RULES, LINK_CREATE, .attach_type = "9999", .program = "B",
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
};
/* clang-format on */

ROWS(rows_link_create, table);
