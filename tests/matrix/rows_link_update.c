/* SPDX-License-Identifier: BSD-2-Clause */
/* LINK_UPDATE and LINK_DETACH. */
#include "row.h"

enum { REPLACE = RAW_REPLACE };

/* clang-format off */
static const struct row table[] = {
	{ "LINK_UP", "ok, with old (A -> B)", BY_CALLER, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B", .old = "A", .flags = REPLACE, .after = "B" },
	{ "LINK_UP", "ok, without old", BY_RULES, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B" },
	{ "LINK_UP", "wrong old_prog", BY_RULES, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B", .old = "C", .flags = REPLACE },
	{ "LINK_UP", "REPLACE flag, old fd bad", BY_RULES, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B", .old = "closed", .flags = REPLACE },
	{ "LINK_UP", "REPLACE flag, old fd is a map", BY_RULES, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B", .old = "map", .flags = REPLACE },
	{ "LINK_UP", "REPLACE flag, old fd 0(stdin)", BY_RULES, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B", .old = "stdin", .flags = REPLACE },
	{ "LINK_UP", "old fd without REPLACE flag", BY_DOOR, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B", .old = "A" },
	{ "LINK_UP", "new fd bad", BY_CALLER, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "closed" },
	{ "LINK_UP", "new fd is a map", BY_CALLER, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "map" },
	{ "LINK_UP", "new prog other type (sock_ops)", BY_CALLER, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "ops" },
	{ "LINK_UP", "new prog other type AND wrong old", BY_RULES, LINK_UPDATE,
	  .has = "link:A", .link = "link:A", .program = "ops", .old = "B", .flags = REPLACE },
	{ "LINK_UP", "new == current", BY_CALLER, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "A", .after = "A" },
	{ "LINK_UP", "flags=MULTI", BY_DOOR, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B", .flags = RAW_MULTI },
	{ "LINK_UP", "link fd bad", BY_CALLER, LINK_UPDATE, .link = "closed", .program = "B" },
	{ "LINK_UP", "link fd is a prog", BY_CALLER, LINK_UPDATE, .link = "A", .program = "B", .caller_says = "chain_empty", .because = "a program is looked for as one" },
	{ "LINK_UP", "link fd is a regular file", BY_CALLER, LINK_UPDATE, .link = "file", .program = "B", .caller_says = "not_a_program", .because = "a file could have been either" },
	/* nobody is in the scratch cgroup: the program of another hook never runs */
	{ "LINK_UP", "other expected_attach_type (connect6 prog into connect4 link)", BY_CALLER, LINK_UPDATE,
	  .hook = "connect4", .has = "link:c4", .link = "link:c4", .program = "c6", .caller_says = "unsafe_link_update", .because = "the kernel would do it" },
	{ "LINK_UP", "new prog already in list as plain attach (allowed)", BY_CALLER, LINK_UPDATE, .has = "B link:A", .link = "link:A", .program = "B", .after = "B B" },
	{ "LINK_UP", "link in a list of 64", BY_CALLER, LINK_UPDATE, .has = "link:A fill", .link = "link:A", .program = "B" },
	{ "LINK_UP", "in child that has link, parent later got NONE", BY_CALLER, LINK_UPDATE, .has = "link:A up.none:C", .link = "link:A", .program = "B", .after = "B" },
	{ "LINK_UP", "on a link that was LINK_DETACHed", BY_CALLER, LINK_UPDATE, .has = "link:A cut:A", .link = "link:A", .program = "B" },
	{ "LINK_UP", "on a LINK_DETACHed link, wrong old", BY_RULES, LINK_UPDATE,
	  .has = "link:A cut:A", .link = "link:A", .program = "B", .old = "C", .flags = REPLACE },
	{ "LINK_UP", "cgroup removed, immediately", BY_RULES, LINK_UPDATE, .has = "link:A", .link = "link:A", .program = "B", .removed = JUST_REMOVED },
	{ "LINK_UP", "cgroup removed, after release work ran", BY_RULES, LINK_UPDATE,
	  .has = "link:A", .link = "link:A", .program = "B", .removed = LONG_REMOVED },
	{ "LINK_UP", "cgroup removed, other type", BY_RULES, LINK_UPDATE,
	  .has = "link:A", .link = "link:A", .program = "ops", .removed = LONG_REMOVED },

	{ "DETACH", "LINK_DETACH link fd bad", BY_CALLER, LINK_DETACH, .link = "closed" },
	{ "LINK_DE", "link fd is a prog", BY_RULES, LINK_DETACH, .link = "A" },
	{ "LINK_DE", "link fd is a map", BY_RULES, LINK_DETACH, .link = "map" },
	{ "LINK_DE", "ok", BY_CALLER, LINK_DETACH, .has = "B link:A", .link = "link:A", .after = "B" },
	{ "LINK_DE", "a second time", BY_CALLER, LINK_DETACH, .has = "B link:A cut:A", .link = "link:A",
	  .caller_says = "link_detached", .because = "what is nowhere is not taken off" },
	{ "LINK_DE", "cgroup removed", BY_RULES, LINK_DETACH, .has = "link:A", .link = "link:A", .removed = LONG_REMOVED },
};
/* clang-format on */

ROWS(rows_link_update, table);
