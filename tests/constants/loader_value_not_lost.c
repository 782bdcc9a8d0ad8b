/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loader closes a gate by a constant. A replace by the next version, whose file has the gate open,
 * is refused: packets are denied as before. With the policy old, the value taken over denies them
 * too; only new opens the gate.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"
#include "../lib/traffic.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <string.h>
#include <unistd.h>

/* Sets an integer constant of the object by its place in BTF. */
static void loader_sets(struct bpf_object *object, const char *name, unsigned char value)
{
	const struct btf *btf = bpf_object__btf(object);
	const struct btf_type *section = btf__type_by_id(btf, btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC));
	struct bpf_map *map;
	size_t size;

	bpf_object__for_each_map(map, object)
	{
		if (!strstr(bpf_map__name(map), ".rodata"))
			continue;
		for (int i = 0; i < btf_vlen(section); i++) {
			const struct btf_var_secinfo *at = &btf_var_secinfos(section)[i];
			const struct btf_type *variable = btf__type_by_id(btf, at->type);

			if (strcmp(btf__name_by_offset(btf, variable->name_off), name) == 0)
				((unsigned char *)bpf_map__initial_value(map, &size))[at->offset] = value;
		}
	}
}

/* Attaches the closed gate by libbpf and bpf(2), without the library. */
static struct map_fixture closed_gate(void)
{
	struct map_fixture fixture = { .session = live_session(), .cgroup = scratch_new("gate") };
	struct bpf_object *object = bpf_object__open_file(constant_fixture_object("gate_v1"), NULL);

	if (!object)
		bail_out("the gate cannot be opened");
	loader_sets(object, "deny_all", 1);
	if (bpf_object__load(object) ||
	    raw_attach(fixture.cgroup.fd,
		       bpf_program__fd(bpf_object__find_program_by_name(object, "gate")), EGRESS, RAW_MULTI))
		bail_out("the gate cannot be attached");
	bpf_object__close(object);
	fixture.chain = live_chain(fixture.session, fixture.cgroup.path, "egress");
	return fixture;
}

/* True if a packet passes; it counts those that the program has seen. */
static bool passes(const struct map_fixture *fixture)
{
	return traffic_send(&fixture->cgroup, 1) == 0;
}

int main(void)
{
	struct map_fixture fixture;
	struct raw_chain before;
	cgswap_replace *replace;

	need_live();
	fixture = closed_gate();
	ok(!passes(&fixture), "a packet is denied before");
	before = chain_now(fixture.cgroup.fd, EGRESS);
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v2", (struct cgswap_step_opts){ 0 }),
		     CONSTANTS_CHANGED, "a replace without a word on constants");
	expect_message("'deny_all' is 1 in the program and 0 in the file");
	constant_fixture_differs("deny_all", "1", "0");
	ok(strstr(cgswap_error_get_remedy(cgswap_last_error()), "--constants old") &&
		   strstr(cgswap_error_get_remedy(cgswap_last_error()), "--constant deny_all=VALUE"),
	   "the remedy has the options");
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "gate_v2",
					   (struct cgswap_step_opts){ .maps = CGSWAP_MAPS_NEW }),
		     CONSTANTS_CHANGED, "a replace with new maps");
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "the chain is as before");
	ok(!passes(&fixture), "a packet is denied after the refusal");

	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v2",
					(struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_OLD }),
		  "with the old values");
	constant_fixture_reports(replace, 1, 0);
	constant_fixture_said(replace, "deny_all", "1", "old: requested by the constant policy");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	ok(!passes(&fixture), "the next version denies packets too");
	expect_ok(constant_fixture_swap(&fixture, "gate_v1",
					(struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_OLD }),
		  "back to the first version");
	ok(!passes(&fixture), "which denies them");

	expect_ok(constant_fixture_plan(&fixture, &replace, "gate_v2",
					(struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_NEW }),
		  "with the new values");
	constant_fixture_said(replace, "deny_all", "0", "new: requested by the constant policy");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	ok(passes(&fixture), "only now a packet passes");
	expect_ok(constant_fixture_swap(&fixture, "gate_v1", (struct cgswap_step_opts){ 0 }),
		  "without a word, as the values are equal");
	ok(passes(&fixture), "and a packet passes");
	expect_ok(constant_fixture_swap(&fixture, "gate_v2",
					(struct cgswap_step_opts){ .constant_choices = CHOICES("deny_all=1") }),
		  "with a value given");
	ok(!passes(&fixture), "it denies packets");
	map_fixture_free(&fixture);
	return done_testing();
}
