/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_ATTACH: programs, flags, modes, ancestors, expected revision. */
#include "row.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

enum { MULTI = RAW_MULTI, OVERRIDE = RAW_OVERRIDE, PREORDER = RAW_PREORDER };

static int raw_attach_of(const void *attr, size_t size)
{
	return raw_bpf(BPF_PROG_ATTACH, (void *)(uintptr_t)attr, size) ? -errno : 0;
}

static int nonzero_past_the_end(void)
{
	static char attr[1024];

	attr[1000] = 1;
	return raw_attach_of(attr, sizeof(attr));
}

static int larger_than_a_page(void)
{
	static char attr[65536 + 64];

	return raw_attach_of(attr, sysconf(_SC_PAGESIZE) + 8);
}

static int nowhere(void)
{
	return raw_attach_of((const void *)(uintptr_t)8, sizeof(struct raw_attach));
}

static int nonzero_past_the_command(void)
{
	static char attr[128];

	attr[100] = 1;
	return raw_attach_of(attr, sizeof(attr));
}

/* clang-format off */
static const struct row table[] = {
	{ "ATTACH", "ok MULTI", .program = "A", .flags = MULTI },
	{ "ATTACH", "prog fd closed/bad", .program = "closed", .flags = MULTI },
	{ "ATTACH", "prog fd -1", .program = "none", .flags = MULTI },
	{ "ATTACH", "prog fd is a map", .program = "map", .flags = MULTI },
	{ "ATTACH", "prog fd is a regular file", .program = "file", .flags = MULTI },
	{ "ATTACH", "prog fd is a link", .setup = "link:A", .program = "link:A", .flags = MULTI },
	{ "ATTACH", "prog of other cgroup type (sock_ops) for egress", .program = "ops", .flags = MULTI },
	{ "ATTACH", "expected_attach_type mismatch: c6 prog at connect4",
	  .attach_type = "connect4", .program = "c6", .flags = MULTI },
	{ "ATTACH", "skb loaded for INGRESS at EGRESS", .program = "ingress", .flags = MULTI },
	{ "ATTACH", "skb EGRESS that returns 3 (enforce_expected_attach_type) at INGRESS",
	  .attach_type = "ingress", .program = "strict", .flags = MULTI },
	{ "ATTACH", "skb EGRESS that returns 3 at EGRESS", .program = "strict", .flags = MULTI },
	{ "ATTACH", "attach_type out of range 9999", .attach_type = "9999", .program = "A", .flags = MULTI },
	{ "ATTACH", "attach_type non-cgroup (XDP=37)", .attach_type = "xdp", .program = "A", .flags = MULTI },
	{ "ATTACH", "attach_type unknown, with an unknown program", .attach_type = "9999", .program = "closed", .flags = MULTI },
	{ "ATTACH", "unknown flag bit 1<<31", LEVEL_BACKEND, .program = "A", .flags = MULTI | 1u << 31 },
	{ "ATTACH", "unknown flag bit 1<<7", LEVEL_BACKEND, .program = "A", .flags = MULTI | 1u << 7 },
	{ "ATTACH", "MULTI|OVERRIDE", LEVEL_RULES, .program = "A", .flags = MULTI | OVERRIDE },

	/* the backend cannot make these calls: they go to the running kernel directly */
	{ "ATTACH", "nonzero attr byte beyond kernel's union bpf_attr (offset 1000)", LEVEL_BACKEND, RAW, .raw = nonzero_past_the_end },
	{ "ATTACH", "attr size > PAGE_SIZE", LEVEL_BACKEND, RAW, .raw = larger_than_a_page },
	{ "ATTACH", "attr pointer bad", LEVEL_BACKEND, RAW, .raw = nowhere },
	{ "ATTACH", "nonzero attr byte past the command's fields", LEVEL_BACKEND, RAW, .raw = nonzero_past_the_command },

	{ "ATTACH", "flags mismatch: list is MULTI, attach with 0", .setup = "A", .program = "B", .flags = 0 },
	{ "ATTACH", "flags mismatch: list is MULTI, attach with OVERRIDE", .setup = "A", .program = "B", .flags = OVERRIDE },
	{ "ATTACH", "list is OVERRIDE, attach MULTI", .setup = "override:A", .program = "B", .flags = MULTI },
	{ "ATTACH", "list is OVERRIDE, attach NONE", .setup = "override:A", .program = "B", .flags = 0 },
	{ "ATTACH", "list is OVERRIDE, attach OVERRIDE other prog (kernel replaces in place)",
	  .setup = "override:A", .program = "B", .flags = OVERRIDE },
	{ "ATTACH", "list is OVERRIDE, attach same prog again", .setup = "override:A", .program = "A", .flags = OVERRIDE },
	{ "ATTACH", "list is NONE, attach MULTI", .setup = "none:A", .program = "B", .flags = MULTI },
	{ "ATTACH", "list is NONE, attach OVERRIDE", .setup = "none:A", .program = "B", .flags = OVERRIDE },
	{ "ATTACH", "list is NONE, attach NONE other prog (kernel replaces in place)",
	  .setup = "none:A", .program = "B", .flags = 0 },
	{ "ATTACH", "new prog already in list", .setup = "A B", .program = "A", .flags = MULTI },
	{ "ATTACH", "new prog already in list by a link only (allowed)", .setup = "link:A B", .program = "A", .flags = MULTI },
	{ "ATTACH", "list of 64, 65th", .setup = "fill", .program = "A", .flags = MULTI },
	{ "ATTACH", "list of 64, prog already in it", .setup = "A fill", .program = "A", .flags = MULTI },
	{ "ATTACH", "list of 64 and mode mismatch", .setup = "fill", .program = "A", .flags = 0 },
	{ "ATTACH", "mode was forgotten when the list became empty", .setup = "none:A -A", .program = "B", .flags = MULTI },

	{ "ATTACH", "parent has NONE prog: child attach MULTI", .setup = "up.none:A", .program = "B", .flags = MULTI },
	{ "ATTACH", "parent has NONE prog: child attach OVERRIDE", .setup = "up.none:A", .program = "B", .flags = OVERRIDE },
	{ "ATTACH", "parent has NONE prog: child attach NONE", .setup = "up.none:A", .program = "B", .flags = 0 },
	{ "ATTACH", "parent has OVERRIDE prog: child attach MULTI", .setup = "up.override:A", .program = "B", .flags = MULTI },
	{ "ATTACH", "parent has MULTI progs: child attach NONE", .setup = "up.A", .program = "B", .flags = 0 },
	{ "ATTACH", "parent has NONE prog and own mode mismatch", .setup = "B up.none:A", .program = "C", .flags = 0 },
	{ "ATTACH", "child has MULTI progs; then parent attach NONE (kernel does not look down)",
	  .setup = "A", .target = "up", .program = "B", .flags = 0 },

	{ "ATTACH", "expected_revision right", .setup = "A", .program = "B", .flags = MULTI, .revision = RIGHT },
	{ "ATTACH", "expected_revision stale", .setup = "A", .program = "B", .flags = MULTI, .revision = STALE },
	{ "ATTACH", "expected_revision stale AND flags mismatch", .setup = "A", .program = "B", .flags = 0, .revision = STALE },
	{ "ATTACH", "expected_revision stale AND parent has NONE prog", .setup = "A up.none:C", .program = "B", .flags = MULTI, .revision = STALE },
	{ "ATTACH", "expected_revision stale AND prog already in list", .setup = "A", .program = "A", .flags = MULTI, .revision = STALE },
	{ "ATTACH", "MULTI|PREORDER", .setup = "A", .program = "B", .flags = MULTI | PREORDER },
	{ "ATTACH", "PREORDER without MULTI (fresh cgroup; NONE list)", .program = "A", .flags = PREORDER },

	{ "ATTACH", "skb without NET_ADMIN", .setup = "A", .program = "B", .flags = MULTI,
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
	{ "ATTACH", "connect4 without any capability", .attach_type = "connect4", .program = "c4", .flags = MULTI,
	  .without = 1 << CAP_NET_ADMIN | 1 << CAP_SYS_ADMIN },
	{ "DEV", "device prog for completeness", .attach_type = "device", .program = "dev", .flags = MULTI },
};
/* clang-format on */

ROWS(rows_attach, table);
