/* SPDX-License-Identifier: BSD-2-Clause */
/* LINK_UPDATE and LINK_DETACH. */
#include "row.h"

enum { REPLACE = RAW_REPLACE };

/* clang-format off */
static const struct row table[] = {
	{ "LINK_UP", "ok, with old (A -> B)", LEVEL_PUBLIC, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B", .old = "A", .flags = REPLACE, .after = "B" },
	{ "LINK_UP", "ok, without old", LEVEL_RULES, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B" },
	{ "LINK_UP", "wrong old_prog", LEVEL_RULES, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B", .old = "C", .flags = REPLACE },
	{ "LINK_UP", "REPLACE flag, old fd bad", LEVEL_RULES, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B", .old = "closed", .flags = REPLACE },
	{ "LINK_UP", "REPLACE flag, old fd is a map", LEVEL_RULES, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B", .old = "map", .flags = REPLACE },
	{ "LINK_UP", "REPLACE flag, old fd 0(stdin)", LEVEL_RULES, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B", .old = "stdin", .flags = REPLACE },
	{ "LINK_UP", "old fd without REPLACE flag", LEVEL_BACKEND, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B", .old = "A" },
	{ "LINK_UP", "new fd bad", LEVEL_PUBLIC, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "closed" },
	{ "LINK_UP", "new fd is a map", LEVEL_PUBLIC, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "map" },
	{ "LINK_UP", "new prog other type (sock_ops)", LEVEL_PUBLIC, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "ops" },
	{ "LINK_UP", "new prog other type AND wrong old", LEVEL_RULES, LINK_UPDATE,
	  .setup = "link:A", .link = "link:A", .program = "ops", .old = "B", .flags = REPLACE },
	{ "LINK_UP", "new == current", LEVEL_PUBLIC, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "A", .after = "A" },
	{ "LINK_UP", "flags=MULTI", LEVEL_BACKEND, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B", .flags = RAW_MULTI },
	{ "LINK_UP", "link fd bad", LEVEL_PUBLIC, LINK_UPDATE, .link = "closed", .program = "B" },
	{ "LINK_UP", "link fd is a prog", LEVEL_PUBLIC, LINK_UPDATE, .link = "A", .program = "B", .public_cause = "chain_empty", .reason = "the library looks for the entry of that program" },
	{ "LINK_UP", "link fd is a regular file", LEVEL_PUBLIC, LINK_UPDATE, .link = "file", .program = "B", .public_cause = "not_a_program", .reason = "a file can stand for a link or a program" },
	/* the scratch cgroup is empty, so the program of the other attach type never runs */
	{ "LINK_UP", "other expected_attach_type (connect6 prog into connect4 link)", LEVEL_PUBLIC, LINK_UPDATE,
	  .attach_type = "connect4", .setup = "link:c4", .link = "link:c4", .program = "c6", .public_cause = "unsafe_link_update", .reason = "the kernel would update it" },
	{ "LINK_UP", "new prog already in list as plain attach (allowed)", LEVEL_PUBLIC, LINK_UPDATE, .setup = "B link:A", .link = "link:A", .program = "B", .after = "B B" },
	{ "LINK_UP", "link in a list of 64", LEVEL_PUBLIC, LINK_UPDATE, .setup = "link:A fill", .link = "link:A", .program = "B" },
	{ "LINK_UP", "in child that has link, parent later got NONE", LEVEL_PUBLIC, LINK_UPDATE, .setup = "link:A up.none:C", .link = "link:A", .program = "B", .after = "B" },
	{ "LINK_UP", "on a link that was LINK_DETACHed", LEVEL_PUBLIC, LINK_UPDATE, .setup = "link:A cut:A", .link = "link:A", .program = "B" },
	{ "LINK_UP", "on a LINK_DETACHed link, wrong old", LEVEL_RULES, LINK_UPDATE,
	  .setup = "link:A cut:A", .link = "link:A", .program = "B", .old = "C", .flags = REPLACE },
	{ "LINK_UP", "cgroup removed, immediately", LEVEL_RULES, LINK_UPDATE, .setup = "link:A", .link = "link:A", .program = "B", .removed = JUST_REMOVED },
	{ "LINK_UP", "cgroup removed, after release work ran", LEVEL_RULES, LINK_UPDATE,
	  .setup = "link:A", .link = "link:A", .program = "B", .removed = LONG_REMOVED },
	{ "LINK_UP", "cgroup removed, other type", LEVEL_RULES, LINK_UPDATE,
	  .setup = "link:A", .link = "link:A", .program = "ops", .removed = LONG_REMOVED },

	{ "DETACH", "LINK_DETACH link fd bad", LEVEL_PUBLIC, LINK_DETACH, .link = "closed" },
	{ "LINK_DE", "link fd is a prog", LEVEL_RULES, LINK_DETACH, .link = "A" },
	{ "LINK_DE", "link fd is a map", LEVEL_RULES, LINK_DETACH, .link = "map" },
	{ "LINK_DE", "ok", LEVEL_PUBLIC, LINK_DETACH, .setup = "B link:A", .link = "link:A", .after = "B" },
	{ "LINK_DE", "a second time", LEVEL_PUBLIC, LINK_DETACH, .setup = "B link:A cut:A", .link = "link:A",
	  .public_cause = "link_detached", .reason = "the library does not detach a link that is not attached" },
	{ "LINK_DE", "cgroup removed", LEVEL_RULES, LINK_DETACH, .setup = "link:A", .link = "link:A", .removed = LONG_REMOVED },
};
/* clang-format on */

ROWS(rows_link_update, table);
