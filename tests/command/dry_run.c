/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --dry-run of attach, detach and replace: says in text and in JSON that it would be done, or is
 * refused with the words and the exit status of the real run; and changes nothing.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdlib.h>

static struct fixture fixture;
static char *object;

static struct command run(const char *option, const char *name, const char *a, const char *b)
{
	return option ? cgswap_run(name, option, fixture.cgroup.path, "egress", a, b, NULL) :
			cgswap_run(name, fixture.cgroup.path, "egress", a, b, NULL);
}

static void would_be_done(const char *name, const char *a, const char *b)
{
	struct raw_chain before = fixture_chain(&fixture);
	struct command command = run("--dry-run", name, a, b);

	is_int(command.status, 0, "%s: exits with 0", name);
	has_str(command.out, "dry run", "%s: says that it was dry", name);
	fixture_untouched(&fixture, &before, name);
	command_free(&command);
}

static void in_json(const char *name, const char *a, const char *b)
{
	struct raw_chain before = fixture_chain(&fixture);
	struct command command = b ? cgswap_run(name, "--json", "--dry-run", fixture.cgroup.path,
						"egress", a, b, NULL) :
				     cgswap_run(name, "--json", "--dry-run", fixture.cgroup.path,
						"egress", a, NULL);
	json_t *json = command_json(&command);

	is_int(command.status, 0, "%s --json: exits with 0", name);
	ok(json_is_true(json_object_get(json, "dry_run")), "%s --json: says that it was dry", name);
	if (b)
		is_int(json_array_size(json_object_get(json, "replaced")), 1,
		       "%s --json: says what would be replaced", name);
	else
		is_int(json_array_size(json_object_get(json, "programs")), 3,
		       "%s --json: shows the chain as it is", name);
	fixture_untouched(&fixture, &before, name);
	json_decref(json);
	command_free(&command);
}

static void would_be_refused(const char *name, const char *a, const char *b)
{
	struct raw_chain before = fixture_chain(&fixture);
	struct command dry = run("--dry-run", name, a, b), real;

	fixture_untouched(&fixture, &before, "a dry run that is refused");
	real = run(NULL, name, a, b);
	is_int(dry.status, 1, "%s %s: exits with 1", name, a);
	is_int(real.status, 1, "%s %s: so does the real run", name, a);
	is_str(dry.err, real.err, "%s %s: in the same words", name, a);
	is_str(dry.out, "", "%s %s: and nothing on stdout", name, a);
	fixture_untouched(&fixture, &before, "a real run that is refused");
	command_free(&dry);
	command_free(&real);
}

int main(void)
{
	need_live();
	fixture = fixture_new("dry", 3);
	object = build_path("tests/bpf/object/one_program.bpf.o");
	would_be_done("attach", by_id(fixture.spare), NULL);
	would_be_done("detach", "name:p1", NULL);
	would_be_done("replace", "name:p1", object);
	in_json("attach", by_id(fixture.spare), NULL);
	in_json("detach", "name:p1", NULL);
	in_json("replace", "name:p1", object);
	would_be_refused("attach", by_id(fixture.progs[0]), NULL);
	would_be_refused("attach", "/nowhere.o", NULL);
	would_be_refused("detach", "nobody", NULL);
	would_be_refused("replace", "nobody", object);
	would_be_refused("replace", "pos:0", by_id(fixture.progs[2]));
	free(object);
	fixture_free(&fixture);
	return done_testing();
}
