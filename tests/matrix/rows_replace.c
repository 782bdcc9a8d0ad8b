/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_ATTACH with BPF_F_REPLACE. */
#include "row.h"

#include <linux/capability.h>

enum { MULTI = RAW_MULTI, REPLACE = RAW_REPLACE, BOTH = MULTI | REPLACE };
enum { LINK_IDS = 1 << CGSWAP_FEATURE_LINK_ID, GUARD = 1 << CGSWAP_FEATURE_EXPECTED_REVISION };

#define BY_LINK "what a link holds is replaced through the link"
#define BY_MODE "in such a mode it is replaced by an attach in the same mode, guarded by the revision"

/* clang-format off */
static const struct row table[] = {
	{ "REPLACE", "ok (A -> C)", .has = "A B", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "back (C -> A)", .has = "C B", .program = "A", .old = "C", .flags = BOTH },
	{ "REPLACE", "new == old, in list", .has = "A B", .program = "A", .old = "A", .flags = BOTH },
	{ "REPLACE", "preorder entry, flag passed", .has = "pre:A B", .program = "C", .old = "A", .flags = BOTH | RAW_PREORDER },
	{ "REPLACE", "flag without MULTI (REPLACE only)", BY_RULES, .has = "A B", .program = "C", .old = "A", .flags = REPLACE },
	{ "REPLACE", "REPLACE|OVERRIDE", BY_RULES, .has = "A B", .program = "C", .old = "A", .flags = REPLACE | RAW_OVERRIDE },
	{ "REPLACE", "MULTI|REPLACE|OVERRIDE", BY_RULES, .has = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_OVERRIDE },
	{ "REPLACE", "no REPLACE flag but replace_bpf_fd set (silently ignored?)", BY_RULES,
	  .has = "A B", .program = "C", .old = "A", .flags = MULTI },
	{ "REPLACE", "replace fd -1", .has = "A B", .program = "C", .old = "none", .flags = BOTH },
	{ "REPLACE", "replace fd closed", .has = "A B", .program = "C", .old = "closed", .flags = BOTH },
	{ "REPLACE", "replace fd 0 (stdin, no prog)", .has = "A B", .program = "C", .old = "stdin", .flags = BOTH },
	{ "REPLACE", "replace fd is a regular file", .has = "A B", .program = "C", .old = "file", .flags = BOTH },
	{ "REPLACE", "replace fd is a map", .has = "A B", .program = "C", .old = "map", .flags = BOTH },
	{ "REPLACE", "replace fd is a bpf_link fd", .has = "A B link:D", .program = "C", .old = "link:D", .flags = BOTH,
	  .caller_says = "ok", .after = "A B C", .because = BY_LINK },
	{ "REPLACE", "replace fd is a cgroup dir fd", .has = "A B", .program = "C", .old = "here", .flags = BOTH },
	{ "REPLACE", "replace prog of other type (sock_ops)", .has = "A B", .program = "C", .old = "ops", .flags = BOTH },
	{ "REPLACE", "replace prog attached here by a link only", .has = "A link:B", .program = "C", .old = "B", .flags = BOTH,
	  .caller_says = "ok", .after = "A C", .because = BY_LINK, .masked = LINK_IDS },
	{ "REPLACE", "replace prog attached at the parent only", .has = "A up.B", .program = "C", .old = "B", .flags = BOTH,
	  .caller_says = "attached_at_ancestor", .because = "the rules see the own chain only" },
	{ "REPLACE", "list empty, replace prog attached at the parent", .has = "up.B", .program = "C", .old = "B", .flags = BOTH,
	  .caller_says = "attached_at_ancestor", .because = "the rules see the own chain only" },
	{ "REPLACE", "new prog already in list (B for A)", .has = "A B", .program = "B", .old = "A", .flags = BOTH },
	{ "REPLACE", "new prog already in list AND replace prog absent", .has = "A B", .program = "B", .old = "D", .flags = BOTH },
	{ "REPLACE", "new prog already in list AND replace prog held by a link", .has = "B link:A", .program = "B", .old = "A", .flags = BOTH,
	  .caller_says = "ok", .after = "B B", .because = BY_LINK, .masked = LINK_IDS, .masked_says = "already_attached" },
	{ "REPLACE", "new prog attached here by a link (allowed: duplicates)", .has = "A link:B", .program = "B", .old = "A", .flags = BOTH },
	{ "REPLACE", "new == old, not in list", .has = "A B", .program = "C", .old = "C", .flags = BOTH },
	{ "REPLACE", "new == old, held by a link", .has = "A link:C", .program = "C", .old = "C", .flags = BOTH,
	  .caller_says = "ok", .after = "A C", .because = BY_LINK, .masked = LINK_IDS },
	{ "REPLACE", "replace prog not in list", .has = "A B", .program = "C", .old = "D", .flags = BOTH },
	{ "REPLACE", "new prog fd bad", .has = "A B", .program = "closed", .old = "A", .flags = BOTH },
	{ "REPLACE", "new prog fd is a map", .has = "A B", .program = "map", .old = "A", .flags = BOTH },
	{ "REPLACE", "new prog other type", .has = "A B", .program = "ops", .old = "A", .flags = BOTH },
	{ "REPLACE", "new prog other type AND replace prog absent", .has = "A B", .program = "ops", .old = "D", .flags = BOTH },
	{ "REPLACE", "new prog of other expected_attach_type (c6 at connect4)", .hook = "connect4",
	  .has = "c4", .program = "c6", .old = "c4", .flags = BOTH },
	{ "REPLACE", "new prog returns 3, at INGRESS", .hook = "ingress", .has = "A", .program = "strict", .old = "A", .flags = BOTH },
	{ "REPLACE", "list empty (other attach type, INGRESS)", .hook = "ingress", .has = "egress.A",
	  .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "sock_addr: replace prog has wrong expected_attach_type (c4b for c6 at connect4)", .hook = "connect4",
	  .has = "c4", .program = "c4b", .old = "c6", .flags = BOTH },
	{ "REPLACE", "list is OVERRIDE, REPLACE|MULTI", .has = "override:A", .program = "C", .old = "A", .flags = BOTH,
	  .caller_says = "ok", .after = "C", .because = BY_MODE, .masked = GUARD, .masked_says = "kernel_lacks_feature" },
	{ "REPLACE", "list is NONE, REPLACE|MULTI", .has = "none:A", .program = "C", .old = "A", .flags = BOTH,
	  .caller_says = "ok", .after = "C", .because = BY_MODE, .masked = GUARD, .masked_says = "kernel_lacks_feature" },
	{ "REPLACE", "list is NONE, replace prog absent", .has = "none:A", .program = "C", .old = "D", .flags = BOTH },
	{ "REPLACE", "REPLACE|BEFORE", BY_RULES, .has = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_BEFORE },
	{ "REPLACE", "REPLACE|AFTER", BY_RULES, .has = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_AFTER },
	{ "REPLACE", "REPLACE|BEFORE|AFTER", BY_RULES, .has = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_BEFORE | RAW_AFTER },
	{ "REPLACE", "REPLACE|ID relative_fd=0", BY_RULES, .has = "A B", .program = "C", .old = "A", .anchor = "id:0", .flags = BOTH | RAW_ID },
	{ "REPLACE", "REPLACE|LINK", BY_RULES, .has = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_LINK },
	{ "REPLACE", "REPLACE with relative_fd=B set, no BEFORE/AFTER", BY_RULES,
	  .has = "A B", .program = "C", .old = "A", .anchor = "B", .flags = BOTH },
	{ "REPLACE", "expected_revision right", .has = "A B", .program = "C", .old = "A", .flags = BOTH, .revision = RIGHT },
	{ "REPLACE", "expected_revision stale", .has = "A B", .program = "C", .old = "A", .flags = BOTH, .revision = STALE },
	{ "REPLACE", "expected_revision stale AND replace prog absent", .has = "A B", .program = "C", .old = "D", .flags = BOTH, .revision = STALE },
	{ "REPLACE", "expected_revision in future", .has = "A B", .program = "C", .old = "A", .flags = BOTH, .revision = FUTURE },
	{ "REPLACE", "in a list of 64 (full)", .has = "A fill", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "in a list of 64: new==old", .has = "A fill", .program = "A", .old = "A", .flags = BOTH },
	{ "REPLACE", "in a list of 64: replace prog absent", .has = "A fill", .program = "C", .old = "D", .flags = BOTH },
	{ "REPLACE", "in a list of 64: new prog already in it", .has = "A B fill", .program = "B", .old = "A", .flags = BOTH },
	{ "REPLACE", "in child that has progs, parent later got NONE", .has = "A up.none:B", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "in child that has progs, parent later got NONE, replace prog absent",
	  .has = "A up.none:B", .program = "C", .old = "D", .flags = BOTH },
	{ "REPLACE", "parent has OVERRIDE prog", .has = "A up.override:B", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "threaded cgroup", .has = "threaded A", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "removed cgroup", .has = "A", .program = "C", .old = "A", .flags = BOTH, .removed = JUST_REMOVED },
	{ "REPLACE", "skb without NET_ADMIN", .has = "A", .program = "C", .old = "A", .flags = BOTH,
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
};
/* clang-format on */

ROWS(rows_replace, table);
