/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With --json every command prints one object of the documented shape, for success and for errors,
 * and exits with 0 (success), 1 (error) or 2 (wrong usage).
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
 * A shape is a list of "key:types" separated by blanks. Each letter allows a type: s(tring),
 * i(nteger), n(ull), b(oolean), a(rray), o(bject).
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

/* Checks that the object has all keys, with values of these types, and no other key. */
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
				diag("'%s' is not documented", key);
		good = false;
	}
	return ok(good, "%s has the documented shape", name);
}

static const char chain_shape[] =
	"cgroup:s cgroup_id:i attach_type:s mode:sn revision:in programs:a "
	"leftover_pins:a";
static const char program_shape[] =
	"position:i id:i name:s tag:s type:s link_id:in preorder:bn reason:sn loaded_at:s uid:i maps:a "
	"run_count:in run_time_ns:in metadata:o";
static const char step_shape[] =
	"cgroup:s attach_type:s position:i old_id:i new_id:i state:s verified:b certain:b cause:n revision:in "
	"maps:a link_id:in guard:sn dropped_maps:a constants:a "
	"dropped_constants:a left_pins:a unpinned_maps:a probe_attached:b";
static const char map_shape[] = "id:i name:sn kept:b reason:s timers_end:b";
static const char dropped_shape[] = "id:i name:sn";
static const char error_shape[] =
	"status:s cause:s errno:s operation:s message:s remedy:s details:o log:s";

/* Runs the command with --json. @return the printed object; NULL: none. */
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

static void check_chain(json_t *json, const char *name, size_t count)
{
	json_t *programs = json_object_get(json, "programs"), *entry;
	size_t index;

	has_shape(json, chain_shape, name);
	is_int(json_array_size(programs), count, "%s has %zu programs", name, count);
	json_array_foreach(programs, index, entry) {
		has_shape(entry, program_shape, name);
		is_int(json_integer_value(json_object_get(entry, "position")), index, "the position is the index");
	}
}

static void check_error(json_t *json, const char *cause)
{
	json_t *error = json_object_get(json, "error");

	is_int(json_object_size(json), 1, "the error is the only member");
	has_shape(error, error_shape, "the error");
	is_str(json_string_value(json_object_get(error, "cause")), cause, "the cause is %s", cause);
	json_decref(json);
}

static void show(void)
{
	json_t *json = run(0, "show of a chain", "show", fixture.cgroup.path, "egress", NULL, NULL);
	json_t *chains;

	check_chain(json, "show of a chain", 3);
	is_str(json_string_value(json_object_get(json, "mode")), "multi", "its mode");
	is_str(json_string_value(json_object_get(json, "cgroup")), fixture.cgroup.path, "its cgroup");
	is_str(json_string_value(json_object_get(json, "attach_type")), "cgroup_inet_egress",
	       "its attach type");
	json_decref(json);

	json = run(0, "show of an empty chain", "show", fixture.cgroup.path, "ingress", NULL, NULL);
	check_chain(json, "an empty chain", 0);
	ok(json_is_null(json_object_get(json, "mode")), "the mode is null");
	json_decref(json);

	json = run(0, "show of all", "show", fixture.cgroup.path, NULL, NULL, NULL);
	chains = json_object_get(json, "chains");
	is_int(json_object_size(json), 1, "the object has one member, chains");
	is_int(json_array_size(chains), 1, "one chain is listed");
	check_chain(json_array_get(chains, 0), "the listed chain", 3);
	json_decref(json);
}

/* Entries that a link holds, and preorder entries. */
static void show_special_entries(void)
{
	struct scratch cgroup = scratch_new("special");
	int prog = prog_pass(EGRESS, "special"), link;
	json_t *json, *entry;

	link = raw_link_create(cgroup.fd, prog, EGRESS, 0);
	if (kernel_knows_flags(RAW_PREORDER))
		raw_attach(cgroup.fd, fixture.spare, EGRESS, RAW_MULTI | RAW_PREORDER);
	json = run(0, "show of a link", "show", cgroup.path, "egress", NULL, NULL);
	check_chain(json, "a chain with a link", 1 + kernel_knows_flags(RAW_PREORDER));
	entry = json_array_get(json_object_get(json, "programs"), 0);
	is_int(json_integer_value(json_object_get(entry, "link_id")), raw_link_id(link), "the link's id");
	entry = json_array_get(json_object_get(json, "programs"), 1);
	if (entry) {
		ok(json_is_null(json_object_get(entry, "link_id")), "an entry without a link has null");
		ok(json_is_true(json_object_get(entry, "preorder")), "preorder is true");
	}
	json_decref(json);
	json = run(0, "replace of an entry that a link holds", "replace", cgroup.path, "egress", "special",
		   object);
	entry = json_array_get(json_object_get(json, "replaced"), 0);
	has_shape(entry, step_shape, "the step");
	is_int(json_integer_value(json_object_get(entry, "link_id")), raw_link_id(link),
	       "the link's id is shown");
	is_str(json_string_value(json_object_get(entry, "guard")), "program",
	       "the guard is the program");
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
		check_chain(json_array_get(json_object_get(cgroup, "chains"), 0), "its chain",
			 index ? 1 : 3);
	}
	json_decref(json);
	scratch_remove(&child);
}

static void change(void)
{
	json_t *json = run(0, "attach", "attach", fixture.cgroup.path, "egress", object, NULL);
	json_t *step, *maps;

	check_chain(json, "attach", 4);
	json_decref(json);
	json = run(1, "attach twice", "attach", fixture.cgroup.path, "egress", by_id(fixture.progs[0]),
		   NULL);
	check_error(json, "already_attached");

	json = run(0, "replace", "replace", fixture.cgroup.path, "egress", "count_all", object);
	has_shape(json, "replaced:a dry_run:b", "replace");
	ok(json_is_false(json_object_get(json, "dry_run")), "dry_run is false");
	step = json_array_get(json_object_get(json, "replaced"), 0);
	has_shape(step, step_shape, "the step");
	is_int(json_integer_value(json_object_get(step, "position")), 3, "its position");
	is_int(json_integer_value(json_object_get(step, "new_id")), fixture_chain(&fixture).ids[3],
	       "new_id is the attached program");
	ok(json_is_true(json_object_get(step, "verified")), "verified is true");
	maps = json_object_get(step, "maps");
	is_int(json_array_size(maps), 1, "its map is listed");
	has_shape(json_array_get(maps, 0), map_shape, "the map");
	ok(json_is_true(json_object_get(json_array_get(maps, 0), "kept")), "kept is true");
	is_int(json_array_size(json_object_get(step, "dropped_maps")), 0, "no map is dropped");
	ok(json_is_null(json_object_get(step, "link_id")), "link_id is null");
	is_str(json_string_value(json_object_get(step, "guard")),
	       kernel_has_revision() ? "revision" : "program", "the guard");
	json_decref(json);
	json = run(0, "replace by a program without maps", "replace", fixture.cgroup.path, "egress", "count_all",
		   by_id(fixture.spare));
	step = json_array_get(json_object_get(json, "replaced"), 0);
	maps = json_object_get(step, "dropped_maps");
	is_int(json_array_size(maps), 1, "the map that is not reused is listed");
	has_shape(json_array_get(maps, 0), dropped_shape, "the dropped map");
	is_str(json_string_value(json_object_get(json_array_get(maps, 0), "name")), "counters",
	       "its name");
	json_decref(json);

	json = run(0, "detach", "detach", fixture.cgroup.path, "egress", "name:spare", NULL);
	check_chain(json, "detach", 3);
	json_decref(json);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the chain is as before");
}

static void refusals(void)
{
	const char *path = fixture.cgroup.path;

	check_error(run(1, "an absent cgroup", "show", "/nowhere", "egress", NULL, NULL),
		 "cgroup_not_found");
	check_error(run(2, "an unknown attach type", "show", path, "egres", NULL, NULL),
		 "attach_type_unknown");
	check_error(run(1, "detach of an absent program", "detach", path, "egress", "absent", NULL),
		 "not_attached");
	check_error(run(1, "detach from an empty chain", "detach", path, "ingress", "absent", NULL),
		 "chain_empty");
	check_error(run(1, "replace of an absent program", "replace", path, "egress", "absent", object),
		 "not_attached");
	check_error(run(1, "replace by an absent file", "replace", path, "egress", "pos:0", "/nowhere.o"),
		 "object_not_found");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "nothing was changed");
}

/* A name of which there may be several is always a list. */
static void details(void)
{
	json_t *json = run(1, "detach of an absent program", "detach", fixture.cgroup.path, "egress",
			   "absent", NULL);
	json_t *found = json_object_get(json_object_get(json, "error"), "details"), *one;

	has_shape(found, "selector:s attach_type:s cgroup:s candidate:a", "the details");
	is_str(json_string_value(json_object_get(found, "selector")), "absent", "the selector");
	is_str(json_string_value(json_object_get(found, "cgroup")), fixture.cgroup.path,
	       "the cgroup");
	one = json_array_get(json_object_get(found, "candidate"), 0);
	ok(json_is_string(one), "the candidates are strings");
	json_decref(json);
	json = run(1, "detach from another cgroup", "detach", fixture.cgroup.path, "egress",
		   "pos:0", "--expected-cgroup-id=4000000000");
	found = json_object_get(json_object_get(json, "error"), "details");
	is_int(json_integer_value(json_object_get(found, "expected")), 4000000000,
	       "a number is a number");
	json_decref(json);
}

static void features_and_causes(void)
{
	json_t *json = run(0, "features", "features", NULL, NULL, NULL, NULL), *list, *entry;
	size_t index;

	list = json_object_get(json, "features");
	is_int(json_array_size(list), cgswap_feature_get_count(), "all features are listed");
	json_array_foreach(list, index, entry)
		has_shape(entry, "name:s supported:b since:s probe:s", "a feature");
	json_decref(json);

	json = run(0, "explain", "explain", NULL, NULL, NULL, NULL);
	list = json_object_get(json, "causes");
	is_int(json_array_size(list), cgswap_cause_get_count(), "all causes are listed");
	json_array_foreach(list, index, entry)
		has_shape(entry, "cause:s status:s errnos:a meaning:s remedy:s example:s",
			  "a cause");
	json_decref(json);

	json = run(0, "explain of one", "explain", "lost_race", NULL, NULL, NULL);
	list = json_object_get(json, "causes");
	is_int(json_array_size(list), 1, "one cause is listed");
	is_str(json_string_value(json_object_get(json_array_get(list, 0), "cause")), "lost_race",
	       "it is the requested cause");
	json_decref(json);
}

/* The path of this cgroup can be given back from its bytes. */
static void odd_path(void)
{
	struct scratch odd = scratch_child(&fixture.cgroup, "odd\xff\xe4");
	json_t *json = run(0, "show of an odd path", "show", odd.path, "egress", NULL, NULL);
	const char *hex = json_string_value(json_object_get(json, "cgroup_hex"));
	char bytes[sizeof(odd.path)] = "";

	has_str(json_string_value(json_object_get(json, "cgroup")), "odd\\xff\\xe4",
		"the path is escaped");
	for (size_t i = 0; hex && hex[2 * i] && i + 1 < sizeof(bytes); i++) {
		unsigned byte;

		if (sscanf(hex + 2 * i, "%2x", &byte) == 1)
			bytes[i] = (char)byte;
	}
	is_str(bytes, odd.path, "its bytes are beside it");
	json_decref(json);
	json = run(0, "show", "show", fixture.cgroup.path, "egress", NULL, NULL);
	ok(!json_object_get(json, "cgroup_hex"), "other paths have no bytes beside them");
	json_decref(json);
	scratch_remove(&odd);
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
	details();
	features_and_causes();
	odd_path();
	free(object);
	fixture_free(&fixture);
	return done_testing();
}
