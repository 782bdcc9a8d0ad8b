/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A constant that only a program in the old program's array has is compared too, if the source fills
 * the array: its program would run with the value of the file.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_constants.h"
#include "../lib/fixture_gate.h"
#include "../lib/live.h"
#include "../lib/tap.h"

static enum cgswap_status plan_with(const struct gate_fixture *gate, cgswap_replace **out,
				    enum cgswap_constant_policy policy)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .constants = policy };

	expect_ok(cgswap_replace_new(out, gate->maps.session, NULL), "a transaction");
	return cgswap_replace_add_source(*out, gate->maps.chain, "name:gate",
					 gate_fixture_source("constants/slot_filled"), &opts);
}

int main(void)
{
	struct gate_fixture gate;
	cgswap_replace *replace;

	need_live();
	bpffs_private();
	gate = gate_fixture_new("slot_constant", "gate_v1");
	gate_fixture_fill_with(&gate, "constants/slot", GATE_SLOT, CHOICES("gate_denies=1"));
	ok(gate_fixture_denies(&gate), "the firewall denies");
	EXPECT_CAUSE(plan_with(&gate, &replace, CGSWAP_CONSTANTS_DEFAULT), CONSTANTS_CHANGED,
		     "without a choice");
	constant_fixture_differs("gate_denies", "1", "0");
	cgswap_replace_unref(replace);
	expect_ok(plan_with(&gate, &replace, CGSWAP_CONSTANTS_OLD), "with the old values");
	constant_fixture_said(replace, "gate_denies", "1", "old: requested by the constant policy");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is replaced");
	cgswap_replace_unref(replace);
	ok(gate_fixture_denies(&gate), "the firewall denies");
	gate_fixture_free(&gate);
	return done_testing();
}
