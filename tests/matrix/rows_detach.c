/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_DETACH. */
#include "row.h"

#include <linux/capability.h>

#define BY_LINK "an entry with a link is detached through the link"

/* clang-format off */
static const struct row table[] = {
	{ "DETACH", "ok", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "A" },
	{ "DETACH", "the last one", LEVEL_PUBLIC, DETACH, .setup = "A", .program = "A" },
	{ "DETACH", "expected_revision stale", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "A", .revision = STALE },
	{ "DETACH", "expected_revision right", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "A", .revision = RIGHT },
	{ "DETACH", "expected_revision stale AND not in list", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "C", .revision = STALE },
	{ "DETACH", "empty list, prog given", LEVEL_PUBLIC, DETACH, .program = "A" },
	/* for the kernel 0 means "none", for the library it is a position */
	{ "DETACH", "empty list, prog_fd 0", LEVEL_PUBLIC, DETACH, .program = "stdin", .selector = "pos:0" },
	{ "DETACH", "MULTI: prog not in list", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "C" },
	{ "DETACH", "MULTI: prog held by a link", LEVEL_PUBLIC, DETACH, .setup = "A link:B", .program = "B",
	  .public_cause = "ok", .after = "A", .reason = BY_LINK, .disabled = 1 << CGSWAP_FEATURE_LINK_ID },
	{ "DETACH", "MULTI: prog of other type", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "ops" },
	{ "DETACH", "MULTI: prog attached at the parent only", LEVEL_PUBLIC, DETACH, .setup = "A up.B", .program = "B",
	  .public_cause = "attached_at_ancestor", .reason = "the rules see only the own chain" },
	{ "DETACH", "empty list, prog attached at the parent", LEVEL_PUBLIC, DETACH, .setup = "up.B", .program = "B",
	  .public_cause = "attached_at_ancestor", .reason = "the rules see only the own chain" },
	{ "DETACH", "MULTI: prog_fd 0", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "stdin", .no_selector = true,
	  .rules_cause = "not_a_program", .reason = "for the rules, descriptor 0 is the file that is open there" },
	{ "DETACH", "MULTI: prog_fd -1", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "none" },
	{ "DETACH", "MULTI: prog_fd closed", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "closed" },
	{ "DETACH", "MULTI: prog_fd map", LEVEL_PUBLIC, DETACH, .setup = "A B", .program = "map" },
	{ "DETACH", "MULTI: prog_fd link", LEVEL_PUBLIC, DETACH, .setup = "A link:B", .program = "link:B",
	  .public_cause = "ok", .after = "A", .reason = BY_LINK },
	{ "DETACH", "attach_type out of range", LEVEL_PUBLIC, DETACH, .attach_type = "9999", .program = "A" },
	{ "DETACH", "attach_flags nonzero", LEVEL_BACKEND, DETACH, .setup = "A B", .program = "A", .flags = RAW_MULTI },
	{ "DETACH", "relative_fd nonzero", LEVEL_BACKEND, DETACH, .setup = "A B", .program = "A", .anchor = "B" },
	/* the kernel would detach another program than the named one; the library does not */
	{ "DETACH", "OVERRIDE list: prog_fd of a DIFFERENT prog (kernel detaches whatever is there!)", LEVEL_PUBLIC, DETACH,
	  .setup = "override:A", .program = "B", .public_cause = "not_attached", .reason = "the selected program is not attached" },
	{ "DETACH", "NONE list: prog_fd closed (kernel detaches whatever is there!)", LEVEL_PUBLIC, DETACH,
	  .setup = "none:A", .program = "closed", .public_cause = "bad_descriptor", .reason = "the selector matches no entry" },
	{ "DETACH", "OVERRIDE list: the prog that is there", LEVEL_PUBLIC, DETACH, .setup = "override:A", .program = "A" },
	{ "DETACH", "NONE list: the prog that is there", LEVEL_PUBLIC, DETACH, .setup = "none:A", .program = "A" },
	{ "DETACH", "list of 64", LEVEL_PUBLIC, DETACH, .setup = "A fill", .program = "A" },
	{ "DETACH", "parent has NONE prog", LEVEL_PUBLIC, DETACH, .setup = "A up.none:B", .program = "A" },
	{ "DETACH", "removed cgroup", LEVEL_PUBLIC, DETACH, .setup = "A", .program = "A", .removed = JUST_REMOVED },
};
/* clang-format on */

ROWS(rows_detach, table);
