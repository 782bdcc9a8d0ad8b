/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With --json every command prints one object of the promised shape, for success and refusal
 * alike, and its exit status says what happened: 0 done, 1 refused, 2 wrong usage.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fixture fixture;
static char *object;

/*
 * A shape: "key:types" separated by blanks; a type is one of s(tring), i(nteger), n(ull),
 * b(oolean), a(rray), o(bject), several where several are allowed.
 */
static bool fits(json_t *value, const char *types)
{
	for (; *types && *types != ' '; types++)
		if ((*types == 's' && json_is_string(value)) ||
		    (*types == 'i' && json_is_integer(value)) ||
		    (*types == 'n' && json_is_null(value)) ||
		    (*types == 'b' && json_is_boolean(value)) ||
		    (*types == 'a' && json_is_array(value)) ||
		    (*types == 'o' && json_is_object(value)))
			return true;
	return false;
}

/* All keys are there with a value that fits, and no other key. */
static bool has_shape(json_t *json, const char *shape, const char *name)
{
	size_t keys = 0;
	bool good = json_is_object(json);

	for (const char *at = shape; good && *at; at += strcspn(at, " "), at += *at == ' ') {
		size_t length = strcspn(at, ":");
		char key[64];

		snprintf(key, sizeof(key), "%.*s", (int)length, at);
		keys++;
		if (fits(json_object_get(json, key), at + length + 1))
			continue;
		diag("'%s' is missing or of another type", key);
		good = false;
	}
	if (good && keys != json_object_size(json)) {
		const char *key;
		json_t *value;

		json_object_foreach(json, key, value)
			if (!strstr(shape, key))
				diag("'%s' is not promised", key);
		good = false;
	}
	return ok(good, "%s has the shape that was promised", name);
}

static const char chain_shape[] =
	"cgroup:s cgroup_id:i attach_type:s mode:sn revision:in programs:a";
static const char program_shape[] =
	"position:i id:i name:s tag:s type:s link_id:in preorder:bn loaded_at:s uid:i maps:a "
	"run_count:i run_time_ns:i metadata:o";
static const char step_shape[] =
	"cgroup:s attach_type:s position:i old_id:i new_id:i link_id:in revision:in guard:sn "
	"verified:b maps:a dropped_maps:a";
static const char map_spec[] = "id:i name:sn kept:b reason:s";
static const char lost_shape[] = "id:i name:sn";
static const char error_shape[] =
	"status:s cause:s errno:sn operation:s message:s remedy:s log:s";

/* Runs with --json. @return what was printed, NULL when it was no object. */
static json_t *run(int status, const char *name, const char *a, const char *b, const char *c,
		   const char *d, const char *e)
{
	const char *arguments[] = { a, b, c, d, e, "--json" };
	const char *given[7] = { NULL };
	struct command command;
	size_t count = 0;
	json_t *json;

	for (size_t i = 0; i < 6; i++)
		if (arguments[i])
			given[count++] = arguments[i];
	command = cgswap_run(given[0], given[1], given[2], given[3], given[4], given[5], NULL);
	json = command_json(&command);
	if (!is_int(command.status, status, "%s exits with %d", name, status))
		diag("%s", command.err);
	ok(json != NULL, "%s prints one object", name);
	command_free(&command);
	return json;
}

static void is_chain(json_t *json, const char *name, size_t count)
{
	json_t *programs = json_object_get(json, "programs"), *entry;
	size_t index;

	has_shape(json, chain_shape, name);
	is_int(json_array_size(programs), count, "%s has %zu programs", name, count);
	json_array_foreach(programs, index, entry) {
		has_shape(entry, program_shape, name);
		is_int(json_integer_value(json_object_get(entry, "position")), index, "in order");
	}
}

static void is_error(json_t *json, const char *cause)
{
	json_t *error = json_object_get(json, "error");

	is_int(json_object_size(json), 1, "nothing but the error");
	has_shape(error, error_shape, "the error");
	is_str(json_string_value(json_object_get(error, "cause")), cause, "the cause is %s", cause);
	json_decref(json);
}

static void show(void)
{
	json_t *json = run(0, "show of a hook", "show", fixture.cgroup.path, "egress", NULL, NULL);
	json_t *chains;

	is_chain(json, "show of a hook", 3);
	is_str(json_string_value(json_object_get(json, "mode")), "multi", "mode");
	is_str(json_string_value(json_object_get(json, "cgroup")), fixture.cgroup.path, "path");
	is_str(json_string_value(json_object_get(json, "attach_type")), "cgroup_inet_egress",
	       "hook");
	json_decref(json);

	json = run(0, "show of an empty hook", "show", fixture.cgroup.path, "ingress", NULL, NULL);
	is_chain(json, "an empty chain", 0);
	ok(json_is_null(json_object_get(json, "mode")), "has no mode");
	json_decref(json);

	json = run(0, "show of all", "show", fixture.cgroup.path, NULL, NULL, NULL);
	chains = json_object_get(json, "chains");
	is_int(json_object_size(json), 1, "show of all has nothing but chains");
	is_int(json_array_size(chains), 1, "one chain is not empty");
	is_chain(json_array_get(chains, 0), "it", 3);
	json_decref(json);
}

/* What a link holds and what is preorder can be seen. */
static void show_special_entries(void)
{
	struct scratch cgroup = scratch_new("special");
	int prog = prog_pass(EGRESS, "special"), link;
	json_t *json, *entry;

	link = raw_link_create(cgroup.fd, prog, EGRESS, 0);
	if (kernel_knows_flags(RAW_PREORDER))
		raw_attach(cgroup.fd, fixture.spare, EGRESS, RAW_MULTI | RAW_PREORDER);
	json = run(0, "show of a link", "show", cgroup.path, "egress", NULL, NULL);
	is_chain(json, "a chain with a link", 1 + kernel_knows_flags(RAW_PREORDER));
	entry = json_array_get(json_object_get(json, "programs"), 0);
	is_int(json_integer_value(json_object_get(entry, "link_id")), raw_link_id(link), "its id");
	entry = json_array_get(json_object_get(json, "programs"), 1);
	if (entry) {
		ok(json_is_null(json_object_get(entry, "link_id")), "the other one has no link");
		ok(json_is_true(json_object_get(entry, "preorder")), "and is preorder");
	}
	json_decref(json);
	json = run(0, "replace of what a link holds", "replace", cgroup.path, "egress", "special",
		   object);
	entry = json_array_get(json_object_get(json, "replaced"), 0);
	has_shape(entry, step_shape, "the step");
	is_int(json_integer_value(json_object_get(entry, "link_id")), raw_link_id(link),
	       "through the link");
	is_str(json_string_value(json_object_get(entry, "guard")), "program",
	       "which takes no revision");
	json_decref(json);
	close(link);
	close(prog);
}

static void tree(void)
{
	struct scratch child = scratch_child(&fixture.cgroup, "child");
	json_t *json, *cgroups, *cgroup;
	size_t index;

	raw_attach(child.fd, fixture.spare, EGRESS, RAW_MULTI);
	json = run(0, "tree", "tree", fixture.cgroup.path, NULL, NULL, NULL);
	cgroups = json_object_get(json, "cgroups");
	is_int(json_array_size(cgroups), 2, "a cgroup and its child");
	json_array_foreach(cgroups, index, cgroup) {
		has_shape(cgroup, "cgroup:s chains:a", "a cgroup of the tree");
		is_chain(json_array_get(json_object_get(cgroup, "chains"), 0), "its chain",
			 index ? 1 : 3);
	}
	json_decref(json);
	scratch_remove(&child);
}

static void change(void)
{
	json_t *json = run(0, "attach", "attach", fixture.cgroup.path, "egress", object, NULL);
	json_t *step, *maps;

	is_chain(json, "attach", 4);
	json_decref(json);
	json = run(1, "attach twice", "attach", fixture.cgroup.path, "egress", by_id(fixture.progs[0]),
		   NULL);
	is_error(json, "already_attached");

	json = run(0, "replace", "replace", fixture.cgroup.path, "egress", "count_all", object);
	has_shape(json, "replaced:a dry_run:b", "replace");
	ok(json_is_false(json_object_get(json, "dry_run")), "it was not a dry run");
	step = json_array_get(json_object_get(json, "replaced"), 0);
	has_shape(step, step_shape, "the step");
	is_int(json_integer_value(json_object_get(step, "position")), 3, "its place");
	is_int(json_integer_value(json_object_get(step, "new_id")), fixture_chain(&fixture).ids[3],
	       "the program that stands there now");
	ok(json_is_true(json_object_get(step, "verified")), "verified");
	maps = json_object_get(step, "maps");
	is_int(json_array_size(maps), 1, "its map is told of");
	has_shape(json_array_get(maps, 0), map_spec, "the map");
	ok(json_is_true(json_object_get(json_array_get(maps, 0), "kept")), "it is the old one's");
	is_int(json_array_size(json_object_get(step, "dropped_maps")), 0, "and none is lost");
	ok(json_is_null(json_object_get(step, "link_id")), "there is no link");
	is_str(json_string_value(json_object_get(step, "guard")),
	       kernel_has_revision() ? "revision" : "program", "what guarded it");
	json_decref(json);
	json = run(0, "replace by another", "replace", fixture.cgroup.path, "egress", "count_all",
		   by_id(fixture.spare));
	step = json_array_get(json_object_get(json, "replaced"), 0);
	maps = json_object_get(step, "dropped_maps");
	is_int(json_array_size(maps), 1, "what the new one does not use is told of");
	has_shape(json_array_get(maps, 0), lost_shape, "what is lost");
	is_str(json_string_value(json_object_get(json_array_get(maps, 0), "name")), "counters",
	       "by its name");
	json_decref(json);

	json = run(0, "detach", "detach", fixture.cgroup.path, "egress", "name:spare", NULL);
	is_chain(json, "detach", 3);
	json_decref(json);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "as before");
}

static void refusals(void)
{
	const char *path = fixture.cgroup.path;

	is_error(run(1, "a cgroup that is none", "show", "/nowhere", "egress", NULL, NULL),
		 "cgroup_not_found");
	is_error(run(1, "a hook that is none", "show", path, "egres", NULL, NULL),
		 "attach_type_unknown");
	is_error(run(1, "detach of nobody", "detach", path, "egress", "nobody", NULL),
		 "not_attached");
	is_error(run(1, "detach from nothing", "detach", path, "ingress", "nobody", NULL),
		 "chain_empty");
	is_error(run(1, "replace of nobody", "replace", path, "egress", "nobody", object),
		 "not_attached");
	is_error(run(1, "replace by nothing", "replace", path, "egress", "pos:0", "/nowhere.o"),
		 "object_not_found");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "nothing was changed");
}

static void knowledge(void)
{
	json_t *json = run(0, "features", "features", NULL, NULL, NULL, NULL), *list, *entry;
	size_t index;

	list = json_object_get(json, "features");
	is_int(json_array_size(list), cgswap_feature_get_count(), "all features");
	json_array_foreach(list, index, entry)
		has_shape(entry, "name:s supported:b probe:s", "a feature");
	json_decref(json);

	json = run(0, "explain", "explain", NULL, NULL, NULL, NULL);
	list = json_object_get(json, "causes");
	is_int(json_array_size(list), cgswap_cause_get_count(), "all causes");
	json_array_foreach(list, index, entry)
		has_shape(entry, "cause:s status:s errnos:a meaning:s remedy:s example:s",
			  "a cause");
	json_decref(json);

	json = run(0, "explain of one", "explain", "lost_race", NULL, NULL, NULL);
	list = json_object_get(json, "causes");
	is_int(json_array_size(list), 1, "one cause");
	is_str(json_string_value(json_object_get(json_array_get(list, 0), "cause")), "lost_race",
	       "the one asked for");
	json_decref(json);
}

int main(void)
{
	need_live();
	fixture = fixture_new("json", 3);
	object = build_path("tests/bpf/object/one_program.bpf.o");
	show();
	show_special_entries();
	tree();
	change();
	refusals();
	knowledge();
	free(object);
	fixture_free(&fixture);
	return done_testing();
}
