/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options for constants: attach sets them, replace is refused with the options to give, and its
 * output lists the decisions, as tables and as JSON.
 */
#include "../lib/command.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <string.h>

static struct scratch cgroup;

static struct command replace(int status, const char *object, const char *option, const char *more)
{
	struct command command = cgswap_run("replace", cgroup.path, "egress", "gate",
					    constant_fixture_object(object), option, more, NULL);

	if (!is_int(command.status, status, "replace %s %s: exits with %d", option ? option : "",
		    more ? more : "", status))
		diag("%s%s", command.out, command.err);
	return command;
}

static void attach(const char *constant)
{
	struct command command = cgswap_run("attach", cgroup.path, "egress", constant_fixture_object("gate_v1"),
					    "--constant", constant, NULL);

	is_int(command.status, 0, "attach --constant %s", constant);
	command_free(&command);
}

static const char *text(json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value ? value : "(none)";
}

static void refusal(void)
{
	struct command command = replace(1, "gate_v2", NULL, NULL);
	json_t *json, *details;

	has_str(command.err, "'deny_all' is 1 in the program and 0 in the file\n", "the message has both values");
	has_str(command.err, "(--constant deny_all=VALUE)", "the hint has the option");
	command_free(&command);
	command = replace(1, "gate_v2", "--json", NULL);
	json = command_json(&command);
	details = json_object_get(json_object_get(json, "error"), "details");
	is_str(json_string_value(json_array_get(json_object_get(details, "constant"), 0)), "deny_all",
	       "the details have a list of constants");
	is_str(json_string_value(json_array_get(json_object_get(details, "old_value"), 0)), "1", "of old values");
	is_str(json_string_value(json_array_get(json_object_get(details, "new_value"), 0)), "0", "of new values");
	json_decref(json);
	command_free(&command);
}

static void report(void)
{
	struct command command = replace(0, "gate_v2", "--constants=old", "--dry-run");
	json_t *json, *step, *constant;

	has_str(command.out, "CONSTANT  VALUE  OLD VALUE  REASON\n", "the table of constants");
	has_str(command.out, "deny_all  1      1          old: requested by the constant policy\n", "its row");
	command_free(&command);
	command = replace(0, "gate_v2", "--constant=deny_all=old", "--json");
	json = command_json(&command);
	step = json_array_get(json_object_get(json, "replaced"), 0);
	constant = json_array_get(json_object_get(step, "constants"), 0);
	is_str(text(constant, "name"), "deny_all", "JSON has the constant");
	is_str(text(constant, "value"), "1", "its value");
	is_str(text(constant, "old_value"), "1", "its old value");
	is_str(text(constant, "file_value"), "0", "the value of the file");
	is_str(text(constant, "reason"), "old: requested by name", "the reason");
	is_int((long long)json_array_size(json_object_get(step, "dropped_constants")), 0, "none is dropped");
	json_decref(json);
	command_free(&command);
	command = replace(0, "gate_v1", "--constants=new", NULL);
	has_str(command.out, "the old program's constant only_v2 (77) is not in the new one\n",
		"a dropped constant is named");
	command_free(&command);
	command = replace(1, "gate_limit", "--old-object", "/nonexistent.o");
	has_str(command.err, "/nonexistent.o", "a missing old object is named");
	command_free(&command);
	command = replace(0, "gate_limit", "--old-object", constant_fixture_object("gate_v1"));
	has_str(command.out, "limit     7      5          new: no loader had set it\n", "--old-object decides");
	command_free(&command);
}

static void wrong(void)
{
	struct command command = replace(2, "gate_v1", "--constants", "both");

	has_str(command.err, "old or new", "the policies are listed");
	command_free(&command);
	command = replace(2, "gate_v1", "--constant", "deny_all");
	command_free(&command);
	command = replace(2, "gate_v1", "--constant", "deny_all=256");
	has_str(command.err, "expected a number from 0 to 255", "the range is in the message");
	command_free(&command);
}

int main(void)
{
	need_live();
	cgroup = scratch_new("options");
	attach("deny_all=1");
	refusal();
	report();
	wrong();
	scratch_remove(&cgroup);
	return done_testing();
}
