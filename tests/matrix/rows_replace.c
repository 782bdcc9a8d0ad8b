/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_ATTACH with BPF_F_REPLACE. */
#include "row.h"

#include <linux/capability.h>

enum { MULTI = RAW_MULTI, REPLACE = RAW_REPLACE, BOTH = MULTI | REPLACE };
enum { LINK_IDS = 1 << CGSWAP_FEATURE_LINK_ID, GUARD = 1 << CGSWAP_FEATURE_EXPECTED_REVISION };

#define BY_LINK "an entry with a link is replaced through the link"
#define BY_MODE "in these modes an attach in the same mode replaces it, with the expected revision"

/* clang-format off */
static const struct row table[] = {
	{ "REPLACE", "ok (A -> C)", .setup = "A B", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "back (C -> A)", .setup = "C B", .program = "A", .old = "C", .flags = BOTH },
	{ "REPLACE", "new == old, in list", .setup = "A B", .program = "A", .old = "A", .flags = BOTH },
	{ "REPLACE", "preorder entry, flag passed", .setup = "pre:A B", .program = "C", .old = "A", .flags = BOTH | RAW_PREORDER },
	{ "REPLACE", "flag without MULTI (REPLACE only)", LEVEL_RULES, .setup = "A B", .program = "C", .old = "A", .flags = REPLACE },
	{ "REPLACE", "REPLACE|OVERRIDE", LEVEL_RULES, .setup = "A B", .program = "C", .old = "A", .flags = REPLACE | RAW_OVERRIDE },
	{ "REPLACE", "MULTI|REPLACE|OVERRIDE", LEVEL_RULES, .setup = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_OVERRIDE },
	{ "REPLACE", "no REPLACE flag but replace_bpf_fd set (silently ignored?)", LEVEL_RULES,
	  .setup = "A B", .program = "C", .old = "A", .flags = MULTI },
	{ "REPLACE", "replace fd -1", .setup = "A B", .program = "C", .old = "none", .flags = BOTH },
	{ "REPLACE", "replace fd closed", .setup = "A B", .program = "C", .old = "closed", .flags = BOTH },
	{ "REPLACE", "replace fd 0 (stdin, no prog)", .setup = "A B", .program = "C", .old = "stdin", .flags = BOTH },
	{ "REPLACE", "replace fd is a regular file", .setup = "A B", .program = "C", .old = "file", .flags = BOTH },
	{ "REPLACE", "replace fd is a map", .setup = "A B", .program = "C", .old = "map", .flags = BOTH },
	{ "REPLACE", "replace fd is a bpf_link fd", .setup = "A B link:D", .program = "C", .old = "link:D", .flags = BOTH,
	  .public_cause = "ok", .after = "A B C", .reason = BY_LINK },
	{ "REPLACE", "replace fd is a cgroup dir fd", .setup = "A B", .program = "C", .old = "here", .flags = BOTH },
	{ "REPLACE", "replace prog of other type (sock_ops)", .setup = "A B", .program = "C", .old = "ops", .flags = BOTH },
	{ "REPLACE", "replace prog attached here by a link only", .setup = "A link:B", .program = "C", .old = "B", .flags = BOTH,
	  .public_cause = "ok", .after = "A C", .reason = BY_LINK, .disabled = LINK_IDS },
	{ "REPLACE", "replace prog attached at the parent only", .setup = "A up.B", .program = "C", .old = "B", .flags = BOTH,
	  .public_cause = "attached_at_ancestor", .reason = "the rules see only the own chain" },
	{ "REPLACE", "list empty, replace prog attached at the parent", .setup = "up.B", .program = "C", .old = "B", .flags = BOTH,
	  .public_cause = "attached_at_ancestor", .reason = "the rules see only the own chain" },
	{ "REPLACE", "new prog already in list (B for A)", .setup = "A B", .program = "B", .old = "A", .flags = BOTH },
	{ "REPLACE", "new prog already in list AND replace prog absent", .setup = "A B", .program = "B", .old = "D", .flags = BOTH },
	{ "REPLACE", "new prog already in list AND replace prog held by a link", .setup = "B link:A", .program = "B", .old = "A", .flags = BOTH,
	  .public_cause = "ok", .after = "B B", .reason = BY_LINK, .disabled = LINK_IDS, .disabled_cause = "already_attached" },
	{ "REPLACE", "new prog attached here by a link (allowed: duplicates)", .setup = "A link:B", .program = "B", .old = "A", .flags = BOTH },
	{ "REPLACE", "new == old, not in list", .setup = "A B", .program = "C", .old = "C", .flags = BOTH },
	{ "REPLACE", "new == old, held by a link", .setup = "A link:C", .program = "C", .old = "C", .flags = BOTH,
	  .public_cause = "ok", .after = "A C", .reason = BY_LINK, .disabled = LINK_IDS },
	{ "REPLACE", "replace prog not in list", .setup = "A B", .program = "C", .old = "D", .flags = BOTH },
	{ "REPLACE", "new prog fd bad", .setup = "A B", .program = "closed", .old = "A", .flags = BOTH },
	{ "REPLACE", "new prog fd is a map", .setup = "A B", .program = "map", .old = "A", .flags = BOTH },
	{ "REPLACE", "new prog other type", .setup = "A B", .program = "ops", .old = "A", .flags = BOTH },
	{ "REPLACE", "new prog other type AND replace prog absent", .setup = "A B", .program = "ops", .old = "D", .flags = BOTH },
	{ "REPLACE", "new prog of other expected_attach_type (c6 at connect4)", .attach_type = "connect4",
	  .setup = "c4", .program = "c6", .old = "c4", .flags = BOTH },
	{ "REPLACE", "new prog returns 3, at INGRESS", .attach_type = "ingress", .setup = "A", .program = "strict", .old = "A", .flags = BOTH },
	{ "REPLACE", "list empty (other attach type, INGRESS)", .attach_type = "ingress", .setup = "egress.A",
	  .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "sock_addr: replace prog has wrong expected_attach_type (c4b for c6 at connect4)", .attach_type = "connect4",
	  .setup = "c4", .program = "c4b", .old = "c6", .flags = BOTH },
	{ "REPLACE", "list is OVERRIDE, REPLACE|MULTI", .setup = "override:A", .program = "C", .old = "A", .flags = BOTH,
	  .public_cause = "ok", .after = "C", .reason = BY_MODE, .disabled = GUARD, .disabled_cause = "kernel_lacks_feature" },
	{ "REPLACE", "list is NONE, REPLACE|MULTI", .setup = "none:A", .program = "C", .old = "A", .flags = BOTH,
	  .public_cause = "ok", .after = "C", .reason = BY_MODE, .disabled = GUARD, .disabled_cause = "kernel_lacks_feature" },
	{ "REPLACE", "list is NONE, replace prog absent", .setup = "none:A", .program = "C", .old = "D", .flags = BOTH,
	  .public_cause = "not_attached", .reason = "a program that is not attached is in no mode" },
	{ "REPLACE", "REPLACE|BEFORE", LEVEL_RULES, .setup = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_BEFORE },
	{ "REPLACE", "REPLACE|AFTER", LEVEL_RULES, .setup = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_AFTER },
	{ "REPLACE", "REPLACE|BEFORE|AFTER", LEVEL_RULES, .setup = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_BEFORE | RAW_AFTER },
	{ "REPLACE", "REPLACE|ID relative_fd=0", LEVEL_RULES, .setup = "A B", .program = "C", .old = "A", .anchor = "id:0", .flags = BOTH | RAW_ID },
	{ "REPLACE", "REPLACE|LINK", LEVEL_RULES, .setup = "A B", .program = "C", .old = "A", .flags = BOTH | RAW_LINK },
	{ "REPLACE", "REPLACE with relative_fd=B set, no BEFORE/AFTER", LEVEL_RULES,
	  .setup = "A B", .program = "C", .old = "A", .anchor = "B", .flags = BOTH },
	{ "REPLACE", "expected_revision right", .setup = "A B", .program = "C", .old = "A", .flags = BOTH, .revision = RIGHT },
	{ "REPLACE", "expected_revision stale", .setup = "A B", .program = "C", .old = "A", .flags = BOTH, .revision = STALE },
	{ "REPLACE", "expected_revision stale AND replace prog absent", .setup = "A B", .program = "C", .old = "D", .flags = BOTH, .revision = STALE },
	{ "REPLACE", "expected_revision in future", .setup = "A B", .program = "C", .old = "A", .flags = BOTH, .revision = FUTURE },
	{ "REPLACE", "in a list of 64 (full)", .setup = "A fill", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "in a list of 64: new==old", .setup = "A fill", .program = "A", .old = "A", .flags = BOTH },
	{ "REPLACE", "in a list of 64: replace prog absent", .setup = "A fill", .program = "C", .old = "D", .flags = BOTH },
	{ "REPLACE", "in a list of 64: new prog already in it", .setup = "A B fill", .program = "B", .old = "A", .flags = BOTH },
	{ "REPLACE", "in child that has progs, parent later got NONE", .setup = "A up.none:B", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "in child that has progs, parent later got NONE, replace prog absent",
	  .setup = "A up.none:B", .program = "C", .old = "D", .flags = BOTH },
	{ "REPLACE", "parent has OVERRIDE prog", .setup = "A up.override:B", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "threaded cgroup", .setup = "threaded A", .program = "C", .old = "A", .flags = BOTH },
	{ "REPLACE", "removed cgroup", .setup = "A", .program = "C", .old = "A", .flags = BOTH, .removed = JUST_REMOVED },
	{ "REPLACE", "skb without NET_ADMIN", .setup = "A", .program = "C", .old = "A", .flags = BOTH,
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
};
/* clang-format on */

ROWS(rows_replace, table);
