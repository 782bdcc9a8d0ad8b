/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the source fills a program array, no existing one can be chosen for it: libbpf would put the
 * programs into it at load, so that already a dry run would open the firewall that is attached.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_gate.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>

static void is_refused(const struct gate_fixture *gate, const char *choice)
{
	const char *const choices[] = { choice, NULL };
	cgswap_replace *replace;

	EXPECT_CAUSE(map_fixture_plan_with(&gate->maps, &replace, gate_fixture_source("gate_filled"),
					   CGSWAP_MAPS_REUSE, choices),
		     BAD_ARGUMENT, "%s", choice);
	expect_message("fills its 'gate_rules'");
	ok(gate_fixture_denies(gate), "the firewall denies");
}

int main(void)
{
	struct gate_fixture gate;
	cgswap_replace *replace;
	char by_id[40];

	need_live();
	bpffs_private();
	gate = gate_fixture_new("not_chosen", "gate_v1");
	gate_fixture_fill(&gate, "gate_v1", GATE_SLOT);
	ok(gate_fixture_denies(&gate), "the firewall denies");
	is_refused(&gate, "gate_rules=old");
	snprintf(by_id, sizeof(by_id), "gate_rules=id:%u", gate.array);
	is_refused(&gate, by_id);
	expect_ok(map_fixture_plan(&gate.maps, &replace, gate_fixture_source("gate_filled"),
				   CGSWAP_MAPS_REUSE),
		  "without a choice the array is new");
	cgswap_replace_unref(replace);
	ok(gate_fixture_denies(&gate), "the firewall denies after the plan");
	gate_fixture_free(&gate);
	return done_testing();
}
