/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program array that a loader has filled, and that the new program cannot use, or would not use,
 * is an error that says why, under every policy for maps. Nothing is changed.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/fixture_gate.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static void is_refused(const struct gate_fixture *gate, const char *object, const char *said)
{
	struct raw_chain before = chain_now(gate->maps.cgroup.fd, CONNECT4);
	cgswap_replace *replace;

	for (int policy = CGSWAP_MAPS_REUSE; policy <= CGSWAP_MAPS_REQUIRE; policy++) {
		EXPECT_CAUSE(map_fixture_plan(&gate->maps, &replace, gate_fixture_source(object),
					      (enum cgswap_map_policy)policy),
			     MAP_CHANGED, "%s, policy %d", object, policy);
		expect_message(said);
		ok(strstr(cgswap_error_get_remedy(cgswap_last_error()), "=new") != NULL,
		   "the remedy says how to start it empty");
	}
	chain_untouched(gate->maps.cgroup.fd, CONNECT4, &before, "the chain is as before");
	ok(gate_fixture_denies(gate), "the firewall denies");
}

static void other_attach_type(const struct gate_fixture *gate)
{
	struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "connect6" };
	cgswap_program *program;
	char old[32];

	snprintf(old, sizeof(old), "id:%u", map_fixture_program(&gate->maps));
	opts.reuse_maps_of = (const char *const[]){ old, NULL };
	if (cgswap_program_open(&program, gate->maps.session, gate_fixture_source("gate_connect6"),
				&opts) == CGSWAP_OK) {
		diag("this kernel lets programs of any attach type use the array");
		cgswap_program_unref(program);
		return;
	}
	EXPECT_CAUSE(cgswap_program_open(&program, gate->maps.session,
					 gate_fixture_source("gate_connect6"), &opts),
		     MAP_CHANGED, "a program of another attach type");
	expect_message("is for programs of the attach type 'connect4', not 'connect6'");
}

/* Only newer kernels compare the storage. */
static void other_storage(void)
{
	struct gate_fixture gate = gate_fixture_new("storage", "gate_storage");
	const char *source = gate_fixture_source("gate_storage");
	cgswap_replace *replace;

	gate_fixture_fill(&gate, "gate_v1", GATE_SLOT);
	expect_ok(map_fixture_plan(&gate.maps, &replace, source, CGSWAP_MAPS_REUSE),
		  "with the storage of the old program");
	cgswap_replace_unref(replace);
	if (map_fixture_plan(&gate.maps, &replace, source, CGSWAP_MAPS_NEW) == CGSWAP_OK) {
		diag("this kernel lets programs with other storage use the array");
		cgswap_replace_unref(replace);
	} else {
		EXPECT_CAUSE(map_fixture_plan(&gate.maps, &replace, source, CGSWAP_MAPS_NEW), MAP_CHANGED,
			     "with new storage");
		expect_message("it has other cgroup storage than the array's programs");
	}
	gate_fixture_free(&gate);
}

int main(void)
{
	struct gate_fixture gate;
	cgswap_replace *replace;

	need_live();
	bpffs_private();
	gate = gate_fixture_new("refused", "gate_v1");
	gate_fixture_fill(&gate, "gate_v1", GATE_SLOT);
	is_refused(&gate, "gate_renamed", "'gate_policies' of");
	is_refused(&gate, "gate_wide", "max_entries 16) in");
	is_refused(&gate, "gate_renamed_filled", "would start with other slots, and 'gate_rules'");
	expect_ok(map_fixture_plan(&gate.maps, &replace, gate_fixture_source("gate_renamed_covers"),
				   CGSWAP_MAPS_REUSE),
		  "a renamed array with the same slots");
	cgswap_replace_unref(replace);
	other_attach_type(&gate);
	gate_fixture_free(&gate);
	other_storage();
	return done_testing();
}
