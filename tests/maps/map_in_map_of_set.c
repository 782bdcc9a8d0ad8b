/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs of an object that are attached or replaced together have one set of maps: a map that
 * one of them finds in a map of maps, and another uses by its name, is one map, whichever is loaded
 * first. A replace that would make two of it is refused.
 */
#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

static const char *const all[] = { "before", "between", "behind", NULL };
static const char *const direct_first[] = { "before", "between", NULL };
static const char *const direct_last[] = { "between", "behind", NULL };

static cgswap_session *session;
static struct scratch cgroup;

static cgswap_object *opened(int version)
{
	cgswap_object *object = NULL;
	char name[40];

	snprintf(name, sizeof(name), "maps/nested_apart_v%d", version);
	if (!expect_ok(cgswap_object_open(&object, session, map_fixture_object(name)), "%s", name))
		bail_out("no object");
	return object;
}

/* The id of the map of this name, which one of the attached programs has; 0: none, or several. */
static uint32_t map_named(const char *name)
{
	struct raw_chain chain = chain_now(cgroup.fd, EGRESS);
	uint32_t found = 0, ids[RAW_MAPS_MAX];
	char text[16];

	for (uint32_t i = 0; i < chain.count; i++) {
		int program = raw_prog_open(chain.ids[i]);
		size_t count = raw_prog_maps(program, ids);

		raw_close(program);
		for (size_t j = 0; j < count; j++) {
			if (strcmp(raw_map_name(ids[j], text), name) != 0)
				continue;
			if (found && found != ids[j])
				return 0;
			found = ids[j];
		}
	}
	return found;
}

/* The id of the map in the map of maps. */
static uint32_t nested_map(void)
{
	int outer = raw_map_open(map_named("outer"));
	uint64_t id = 0;

	raw_map_lookup(outer, 0, &id);
	raw_close(outer);
	return (uint32_t)id;
}

static bool are_one(const char *when)
{
	uint32_t id = map_named("inner");

	return ok(id && id == nested_map(), "%s: the map in the map of maps is that of the name", when);
}

static void detach_all(void)
{
	struct raw_chain chain = chain_now(cgroup.fd, EGRESS);

	for (uint32_t i = 0; i < chain.count; i++) {
		int program = raw_prog_open(chain.ids[i]);

		raw_detach(cgroup.fd, program, EGRESS);
		raw_close(program);
	}
}

static bool attached(int version, const char *const *only, const char *when)
{
	const struct cgswap_object_opts opts = { .sz = sizeof(opts), .only = only };
	cgswap_object *object = opened(version);
	bool good = expect_ok(cgswap_object_attach(NULL, object, cgroup.path, &opts), "%s", when);

	cgswap_object_unref(object);
	return good;
}

static void attach_poorly(void)
{
	attached(2, all, "without CAP_SYS_ADMIN");
}

static void one_when_attached(void)
{
	if (attached(2, direct_first, "the direct user first"))
		are_one("the direct user first");
	detach_all();
	if (attached(2, direct_last, "the direct user last"))
		are_one("the direct user last");
	detach_all();
	without_capabilities(UINT64_C(1) << CAP_SYS_ADMIN, attach_poorly);
	are_one("without CAP_SYS_ADMIN");
}

static enum cgswap_status swapped(const char *const *only, enum cgswap_map_policy maps,
				  const char *choice)
{
	const char *const choices[] = { choice, NULL };
	const struct cgswap_object_opts opts = { .sz = sizeof(opts),
						 .only = only,
						 .maps = maps,
						 .map_choices = choice ? choices : NULL };
	cgswap_object *object = opened(2);
	enum cgswap_status status;
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, NULL);
	status = cgswap_replace_add_object(replace, cgroup.path, object, &opts);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	cgswap_object_unref(object);
	return status;
}

static void one_when_replaced(void)
{
	uint32_t inner = map_named("inner");

	expect_ok(swapped(all, CGSWAP_MAPS_REQUIRE, NULL), "the same version in its place");
	is_int(map_named("inner"), inner, "the map is the same");
	are_one("replaced");
	expect_ok(swapped(all, CGSWAP_MAPS_NEW, NULL), "with new maps");
	ok(map_named("inner") != inner, "the map is another one");
	are_one("with new maps");
	detach_all();
}

/* The map of maps is reused with the map in it, and no old program has that by its name. */
static void refused_if_two(const char *const *only, const char *when)
{
	struct raw_chain before = chain_now(cgroup.fd, EGRESS);

	EXPECT_CAUSE(swapped(only, CGSWAP_MAPS_REUSE, NULL), MAP_CHANGED, "%s", when);
	expect_message("uses map 'inner' directly, which would be a new map, but the inner map of "
		       "'outer' is that of program");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "--map inner=id:N", "the way out");
	chain_untouched(cgroup.fd, EGRESS, &before, "the chain is as before");
}

static void new_to_the_map(void)
{
	uint32_t nested;
	char choice[40];

	if (!attached(1, all, "the version before"))
		return;
	refused_if_two(direct_first, "the direct user first");
	refused_if_two(direct_last, "the direct user last");
	refused_if_two(all, "all");
	nested = nested_map();
	snprintf(choice, sizeof(choice), "inner=id:%u", nested);
	expect_ok(swapped(all, CGSWAP_MAPS_REUSE, choice), "the map is selected");
	is_int(map_named("inner"), nested, "it is used by its name");
	are_one("selected");
	detach_all();
	if (attached(1, all, "the version before, again")) {
		expect_ok(swapped(all, CGSWAP_MAPS_NEW, NULL), "with new maps");
		are_one("with new maps");
	}
	detach_all();
}

int main(void)
{
	need_live();
	session = live_session();
	cgroup = scratch_new("set");
	one_when_attached();
	one_when_replaced();
	new_to_the_map();
	cgswap_session_unref(session);
	scratch_remove(&cgroup);
	return done_testing();
}
