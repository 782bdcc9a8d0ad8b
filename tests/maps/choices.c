/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A choice decides which map the program uses for one map of its object, whatever the policy for all
 * maps is: the old program's, a new one, or the one with an id or a pin. A choice that cannot be
 * carried out is an error, and nothing is changed.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>

static const char SAME[] = "same map as the old program's";
static const char POLICY[] = "new: requested by the map policy";
static struct map_fixture fixture;

static cgswap_replace *plan_with(const char *choice, enum cgswap_map_policy policy)
{
	const char *const choices[] = { choice, NULL };
	cgswap_replace *replace = NULL;

	expect_ok(map_fixture_plan_with(&fixture, &replace, "count_v2", policy, choices),
		  "a step with %s, policy %s", choice, cgswap_map_policy_get_name(policy));
	return replace;
}

static void old_and_new(void)
{
	cgswap_replace *replace = plan_with("hits=new", CGSWAP_MAPS_REUSE);

	map_fixture_said(replace, "hits", false, "new: requested for this map");
	map_fixture_said(replace, ".bss", true, SAME);
	cgswap_replace_unref(replace);
	replace = plan_with("hits=old", CGSWAP_MAPS_NEW);
	map_fixture_said(replace, "hits", true, SAME);
	map_fixture_said(replace, ".bss", false, POLICY);
	cgswap_replace_unref(replace);
	replace = plan_with(".bss=new", CGSWAP_MAPS_REUSE);
	map_fixture_said(replace, "hits", true, SAME);
	map_fixture_said(replace, ".bss", false, "new: requested for this map");
	cgswap_replace_unref(replace);
	replace = plan_with(".bss=old", CGSWAP_MAPS_NEW);
	map_fixture_said(replace, "hits", false, POLICY);
	map_fixture_said(replace, ".bss", true, SAME);
	cgswap_replace_unref(replace);
}

static void by_id_and_pin(void)
{
	struct map_fixture other = map_fixture_new("other", "count_v1");
	uint32_t hits = map_fixture_map(&other, "hits");
	char choice[128];
	cgswap_replace *replace;
	int fd = raw_array_create(1);

	snprintf(choice, sizeof(choice), "hits=id:%u", hits);
	replace = plan_with(choice, CGSWAP_MAPS_REUSE);
	map_fixture_said(replace, "hits", false, "the map that was chosen by its id");
	map_fixture_said(replace, ".bss", true, SAME);
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	is_int(map_fixture_map(&fixture, "hits"), hits, "the program uses the map with the id");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	cgswap_replace_unref(replace);
	map_fixture_free(&other);

	snprintf(choice, sizeof(choice), "hits=id:%u", map_fixture_map(&fixture, "hits"));
	replace = plan_with(choice, CGSWAP_MAPS_NEW);
	map_fixture_said(replace, "hits", true, "the map that was chosen by its id");
	cgswap_replace_unref(replace);

	snprintf(choice, sizeof(choice), "hits=pin:%s", bpffs_pin(fd, "chosen"));
	raw_close(fd);
	replace = plan_with(choice, CGSWAP_MAPS_REUSE);
	map_fixture_said(replace, "hits", false, "the map that was chosen by its pin");
	cgswap_replace_unref(replace);
	is_int(raw_unpin(BPFFS "/chosen"), 0, "the pin is still there");
}

static enum cgswap_status refusal(const char *choice)
{
	const char *const choices[] = { choice, NULL };
	cgswap_replace *replace;

	return map_fixture_plan_with(&fixture, &replace, "count_v2", CGSWAP_MAPS_REUSE, choices);
}

static enum cgswap_status open_alone(const char *choice)
{
	const char *const choices[] = { choice, NULL };
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "egress",
						  .map_choices = choices };
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, fixture.session,
							map_fixture_object("count_v1"), &opts);

	cgswap_program_unref(program);
	return status;
}

static void refused(void)
{
	struct raw_chain before = chain_now(fixture.cgroup.fd, EGRESS);
	char choice[128];

	EXPECT_CAUSE(refusal("hits_=new"), BAD_ARGUMENT, "a map that the object does not have");
	expect_message("chooses a map that");
	EXPECT_CAUSE(refusal("lengths=old"), MAP_CHANGED, "a map that the old program does not have");
	expect_message("which has none of that name");
	EXPECT_CAUSE(refusal("hits=id:4294967295"), BAD_ARGUMENT, "a map that does not exist");
	snprintf(choice, sizeof(choice), "hits=id:%u", map_fixture_map(&fixture, "of_cgroup"));
	EXPECT_CAUSE(refusal(choice), MAP_CHANGED, "a map of another type");
	expect_message("has type cgroup_storage");
	EXPECT_CAUSE(refusal("hits=pin:" BPFFS "/nothing"), PIN_NOT_FOUND, "a pin that does not exist");
	EXPECT_CAUSE(refusal(".rodata=old"), BAD_ARGUMENT, "another map for read-only data");
	EXPECT_CAUSE(refusal(".bss=new,max_entries=2"), BAD_ARGUMENT, "another size for variables");
	EXPECT_CAUSE(open_alone("hits=old"), BAD_ARGUMENT, "the old map without an old program");
	expect_message("and none is given");
	expect_ok(open_alone("hits=new"), "a new map without an old program");
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "the chain is as before");
}

int main(void)
{
	need_live();
	bpffs_private();
	fixture = map_fixture_new("choices", "count_v1");
	old_and_new();
	by_id_and_pin();
	refused();
	map_fixture_free(&fixture);
	return done_testing();
}
