/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_ATTACH beside an anchor. */
#include "row.h"

enum { MULTI = RAW_MULTI, BEFORE = RAW_MULTI | RAW_BEFORE, AFTER = RAW_MULTI | RAW_AFTER };

/* clang-format off */
static const struct row table[] = {
	{ "ATTACH", "BEFORE anchor A (fd)", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "A", .flags = BEFORE },
	{ "ATTACH", "AFTER anchor A (fd)", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "A", .flags = AFTER },
	{ "ATTACH", "BEFORE anchor A by ID", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "id:A", .flags = BEFORE | RAW_ID },
	{ "ATTACH", "BEFORE without anchor (= head)", LEVEL_RULES, .setup = "A B", .program = "C", .flags = BEFORE },
	{ "ATTACH", "AFTER without anchor (= tail)", LEVEL_RULES, .setup = "A B", .program = "C", .flags = AFTER },
	{ "ATTACH", "BEFORE without anchor, head is a link", LEVEL_RULES, .setup = "link:A B", .program = "C", .flags = BEFORE },
	{ "ATTACH", "BEFORE|AFTER no anchor, list non-empty", LEVEL_RULES, .setup = "A", .program = "C", .flags = BEFORE | AFTER },
	{ "ATTACH", "BEFORE|AFTER no anchor, list empty", LEVEL_RULES, .program = "C", .flags = BEFORE | AFTER },
	{ "ATTACH", "BEFORE|AFTER with an anchor", LEVEL_RULES, .setup = "A", .program = "C", .anchor = "A", .flags = BEFORE | AFTER },
	{ "ATTACH", "anchor given, no BEFORE/AFTER", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "A", .flags = MULTI },
	{ "ATTACH", "ID flag, no BEFORE/AFTER", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "id:0", .flags = MULTI | RAW_ID },
	{ "ATTACH", "LINK flag, no BEFORE/AFTER", LEVEL_RULES, .setup = "A B", .program = "C", .flags = MULTI | RAW_LINK },
	{ "ATTACH", "BEFORE|LINK for a plain program", LEVEL_RULES, .setup = "A link:B", .program = "C", .anchor = "link:B", .flags = BEFORE | RAW_LINK },
	{ "ATTACH", "BEFORE anchor is a link fd", LEVEL_RULES, .setup = "A link:B", .program = "C", .anchor = "link:B", .flags = BEFORE },
	{ "ATTACH", "BEFORE anchor prog loaded but not in list", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "D", .flags = BEFORE },
	{ "ATTACH", "BEFORE anchor prog present only through link", LEVEL_RULES, .setup = "A link:B", .program = "C", .anchor = "B", .flags = BEFORE },
	{ "ATTACH", "BEFORE anchor id unknown", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "id:unknown", .flags = BEFORE | RAW_ID },
	{ "ATTACH", "BEFORE anchor id 0 with ID flag", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "id:0", .flags = BEFORE | RAW_ID },
	{ "ATTACH", "BEFORE anchor fd closed", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "closed", .flags = BEFORE },
	{ "ATTACH", "BEFORE anchor fd is a map", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "map", .flags = BEFORE },
	{ "ATTACH", "BEFORE anchor prog of other type (sock_ops)", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "ops", .flags = BEFORE },
	{ "ATTACH", "BEFORE anchor = the new prog itself", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "C", .flags = BEFORE },
	{ "ATTACH", "PREORDER + BEFORE anchor that is not PREORDER", LEVEL_RULES,
	  .setup = "A B", .program = "C", .anchor = "A", .flags = BEFORE | RAW_PREORDER },
	{ "ATTACH", "BEFORE anchor that is PREORDER", LEVEL_RULES, .setup = "pre:A B", .program = "C", .anchor = "A", .flags = BEFORE },
	{ "ATTACH", "PREORDER + AFTER anchor that is PREORDER", LEVEL_RULES,
	  .setup = "pre:A B", .program = "C", .anchor = "A", .flags = AFTER | RAW_PREORDER },
	{ "ATTACH", "PREORDER + BEFORE without anchor", LEVEL_RULES, .setup = "A B", .program = "C", .flags = BEFORE | RAW_PREORDER },
	{ "ATTACH", "BEFORE without MULTI on MULTI list", LEVEL_RULES, .setup = "A B", .program = "C", .anchor = "A", .flags = RAW_BEFORE },
	{ "ATTACH", "empty list, BEFORE anchor absent", LEVEL_RULES, .program = "C", .anchor = "A", .flags = BEFORE },
	{ "ATTACH", "BEFORE anchor in a list of 64", LEVEL_RULES, .setup = "A fill", .program = "C", .anchor = "A", .flags = BEFORE },
	{ "ATTACH", "BEFORE anchor, prog already in list", LEVEL_RULES, .setup = "A B", .program = "B", .anchor = "A", .flags = BEFORE },
	{ "ATTACH", "NONE list, BEFORE an absent anchor (never looked at)", LEVEL_RULES, .setup = "none:A", .program = "C", .anchor = "D", .flags = RAW_BEFORE },
};
/* clang-format on */

ROWS(rows_position, table);
