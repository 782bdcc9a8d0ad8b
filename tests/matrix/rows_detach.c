/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_DETACH. */
#include "row.h"

#include <linux/capability.h>

#define BY_LINK "what a link holds is detached through the link"

/* clang-format off */
static const struct row table[] = {
	{ "DETACH", "ok", BY_CALLER, DETACH, .has = "A B", .program = "A" },
	{ "DETACH", "the last one", BY_CALLER, DETACH, .has = "A", .program = "A" },
	{ "DETACH", "expected_revision stale", BY_CALLER, DETACH, .has = "A B", .program = "A", .revision = STALE },
	{ "DETACH", "expected_revision right", BY_CALLER, DETACH, .has = "A B", .program = "A", .revision = RIGHT },
	{ "DETACH", "expected_revision stale AND not in list", BY_CALLER, DETACH, .has = "A B", .program = "C", .revision = STALE },
	{ "DETACH", "empty list, prog given", BY_CALLER, DETACH, .program = "A" },
	/* the kernel's 0 is "none given": to us that is a place, not a descriptor */
	{ "DETACH", "empty list, prog_fd 0", BY_CALLER, DETACH, .program = "stdin", .selector = "pos:0" },
	{ "DETACH", "MULTI: prog not in list", BY_CALLER, DETACH, .has = "A B", .program = "C" },
	{ "DETACH", "MULTI: prog held by a link", BY_CALLER, DETACH, .has = "A link:B", .program = "B",
	  .caller_says = "ok", .after = "A", .because = BY_LINK, .masked = 1 << CGSWAP_FEATURE_LINK_ID },
	{ "DETACH", "MULTI: prog of other type", BY_CALLER, DETACH, .has = "A B", .program = "ops" },
	{ "DETACH", "MULTI: prog attached at the parent only", BY_CALLER, DETACH, .has = "A up.B", .program = "B",
	  .caller_says = "attached_at_ancestor", .because = "the rules see the own chain only" },
	{ "DETACH", "empty list, prog attached at the parent", BY_CALLER, DETACH, .has = "up.B", .program = "B",
	  .caller_says = "attached_at_ancestor", .because = "the rules see the own chain only" },
	{ "DETACH", "MULTI: prog_fd 0", BY_CALLER, DETACH, .has = "A B", .program = "stdin", .no_selector = true,
	  .rules_say = "not_a_program", .because = "to the rules 0 is the file that it stands for" },
	{ "DETACH", "MULTI: prog_fd -1", BY_CALLER, DETACH, .has = "A B", .program = "none" },
	{ "DETACH", "MULTI: prog_fd closed", BY_CALLER, DETACH, .has = "A B", .program = "closed" },
	{ "DETACH", "MULTI: prog_fd map", BY_CALLER, DETACH, .has = "A B", .program = "map" },
	{ "DETACH", "MULTI: prog_fd link", BY_CALLER, DETACH, .has = "A link:B", .program = "link:B",
	  .caller_says = "ok", .after = "A", .because = BY_LINK },
	{ "DETACH", "attach_type out of range", BY_CALLER, DETACH, .hook = "9999", .program = "A" },
	{ "DETACH", "attach_flags nonzero", BY_DOOR, DETACH, .has = "A B", .program = "A", .flags = RAW_MULTI },
	{ "DETACH", "relative_fd nonzero", BY_DOOR, DETACH, .has = "A B", .program = "A", .anchor = "B" },
	/* the kernel would take off another program than the one named: the library does not */
	{ "DETACH", "OVERRIDE list: prog_fd of a DIFFERENT prog (kernel detaches whatever is there!)", BY_CALLER, DETACH,
	  .has = "override:A", .program = "B", .caller_says = "not_attached", .because = "the named program is not there" },
	{ "DETACH", "NONE list: prog_fd closed (kernel detaches whatever is there!)", BY_CALLER, DETACH,
	  .has = "none:A", .program = "closed", .caller_says = "bad_descriptor", .because = "nothing is named" },
	{ "DETACH", "OVERRIDE list: the prog that is there", BY_CALLER, DETACH, .has = "override:A", .program = "A" },
	{ "DETACH", "NONE list: the prog that is there", BY_CALLER, DETACH, .has = "none:A", .program = "A" },
	{ "DETACH", "list of 64", BY_CALLER, DETACH, .has = "A fill", .program = "A" },
	{ "DETACH", "parent has NONE prog", BY_CALLER, DETACH, .has = "A up.none:B", .program = "A" },
	{ "DETACH", "removed cgroup", BY_CALLER, DETACH, .has = "A", .program = "A", .removed = JUST_REMOVED },
};
/* clang-format on */

ROWS(rows_detach, table);
