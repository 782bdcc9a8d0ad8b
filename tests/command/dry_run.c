/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --dry-run of attach, detach and replace says in text and in JSON that the change would succeed, or
 * fails with the message and the exit status of the real run. It changes nothing.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>

static struct fixture fixture;
static char *object;

static struct command run(const char *option, const char *name, const char *a, const char *b)
{
	return option ? cgswap_run(name, option, fixture.cgroup.path, "egress", a, b, NULL) :
			cgswap_run(name, fixture.cgroup.path, "egress", a, b, NULL);
}

static void check_success(const char *name, const char *a, const char *b)
{
	struct raw_chain before = fixture_chain(&fixture);
	struct command command = run("--dry-run", name, a, b);

	is_int(command.status, 0, "%s: exits with 0", name);
	has_str(command.out, "dry run", "%s: the output says that it was a dry run", name);
	fixture_untouched(&fixture, &before, name);
	command_free(&command);
}

static void check_json(const char *name, const char *a, const char *b)
{
	struct raw_chain before = fixture_chain(&fixture);
	struct command command = b ? cgswap_run(name, "--json", "--dry-run", fixture.cgroup.path,
						"egress", a, b, NULL) :
				     cgswap_run(name, "--json", "--dry-run", fixture.cgroup.path,
						"egress", a, NULL);
	json_t *json = command_json(&command);

	is_int(command.status, 0, "%s --json: exits with 0", name);
	ok(json_is_true(json_object_get(json, "dry_run")), "%s --json: the output says that it was a dry run", name);
	if (b)
		is_int(json_array_size(json_object_get(json, "replaced")), 1,
		       "%s --json: the replaced entry is shown", name);
	else
		is_int(json_array_size(json_object_get(json, "programs")), 3,
		       "%s --json: the unchanged chain is shown", name);
	fixture_untouched(&fixture, &before, name);
	json_decref(json);
	command_free(&command);
}

static void check_failure(const char *name, const char *a, const char *b)
{
	struct raw_chain before = fixture_chain(&fixture);
	struct command dry = run("--dry-run", name, a, b), real;

	fixture_untouched(&fixture, &before, "a dry run that fails");
	real = run(NULL, name, a, b);
	is_int(dry.status, 1, "%s %s: exits with 1", name, a);
	is_int(real.status, 1, "%s %s: the real run exits with 1, too", name, a);
	is_str(dry.err, real.err, "%s %s: both print the same error", name, a);
	is_str(dry.out, "", "%s %s: nothing is on stdout", name, a);
	fixture_untouched(&fixture, &before, "a real run that fails");
	command_free(&dry);
	command_free(&real);
}

/* The names of the new program are the same in both runs, with the version in its metadata. */
static void check_new_name(void)
{
	char *versioned = build_path("tests/bpf/object/metadata.bpf.o"), with_name[512];
	struct command command;

	command = cgswap_run("replace", "--dry-run", fixture.cgroup.path, "egress", "p1", versioned,
			     NULL);
	has_str(command.out, " tell 2.1\n", "the dry run shows the version of the new program");
	command_free(&command);
	snprintf(with_name, sizeof(with_name), "obj:%s#tell", versioned);
	command = cgswap_run("replace", "--dry-run", fixture.cgroup.path, "egress", "p1", with_name,
			     NULL);
	has_str(command.out, " tell 2.1\n", "also if the source names the program");
	command_free(&command);
	free(versioned);
}

int main(void)
{
	need_live();
	fixture = fixture_new("dry", 3);
	object = build_path("tests/bpf/object/one_program.bpf.o");
	check_success("attach", by_id(fixture.spare), NULL);
	check_success("detach", "name:p1", NULL);
	check_success("replace", "name:p1", object);
	check_json("attach", by_id(fixture.spare), NULL);
	check_json("detach", "name:p1", NULL);
	check_json("replace", "name:p1", object);
	check_failure("attach", by_id(fixture.progs[0]), NULL);
	check_failure("attach", "/nowhere.o", NULL);
	check_failure("detach", "absent", NULL);
	check_failure("replace", "absent", object);
	check_failure("replace", "pos:0", by_id(fixture.progs[2]));
	check_new_name();
	free(object);
	fixture_free(&fixture);
	return done_testing();
}
