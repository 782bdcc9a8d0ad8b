/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CGSWAP_DISABLE_FEATURES has the command do without what it names, as an older kernel would; a name
 * that is none is refused, and the variable is named. All on the modelled kernel.
 */
#include "cgswap.h"

#include "../lib/command.h"
#include "../lib/tap.h"

#include <stdlib.h>
#include <string.h>

static const char variable[] = "CGSWAP_DISABLE_FEATURES";

static struct command run(const char *mask, const char *line)
{
	if (mask)
		setenv(variable, mask, 1);
	else
		unsetenv(variable);
	return cgswap_line(line);
}

static bool named(const char *mask, const char *name)
{
	const char *found = strstr(mask, name);
	size_t length = strlen(name);

	for (; found; found = strstr(found + 1, name))
		if ((found == mask || found[-1] == ',') && strchr(",", found[length]))
			return true;
	return false;
}

/* Those that are named are off, all others are as they were. */
static void are_off(const char *mask)
{
	struct command command = run(mask, "--kernel model --json features");
	json_t *json = command_json(&command), *list = json_object_get(json, "features"), *entry;
	size_t index;

	is_int(command.status, 0, "'%s': features are shown", mask);
	is_int(json_array_size(list), cgswap_feature_get_count(), "all of them");
	json_array_foreach(list, index, entry)
	{
		const char *name = json_string_value(json_object_get(entry, "name"));
		const char *probe = json_string_value(json_object_get(entry, "probe"));
		bool off = named(mask, name);

		is_int(json_is_true(json_object_get(entry, "supported")), !off, "%s is %s", name,
		       off ? "off" : "on");
		is_int(!strcmp(probe, "masked by CGSWAP_DISABLE_FEATURES"), off,
		       "and the probe says so: %s", probe);
	}
	json_decref(json);
	command_free(&command);
}

static void is_refused(const char *mask, const char *line, const char *cause)
{
	struct command command = run(mask, line);
	json_t *json = command_json(&command);

	is_int(command.status, 1, "%s: refused", line);
	is_str(json_string_value(json_object_get(json_object_get(json, "error"), "cause")), cause,
	       "as by a kernel that is older");
	json_decref(json);
	command_free(&command);
}

static void is_no_name(const char *mask, const char *said)
{
	static const char *const lines[] = {
		"--kernel model show web.slice",
		"--kernel model features",
		"--kernel model detach web.slice egress fw",
		"inspect nothing.o",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct command command = run(mask, lines[i]);

		is_int(command.status, 2, "'%s': %s is wrong usage", mask, lines[i]);
		has_str(command.err, said, "it says what is wrong");
		is_str(command.out, "", "and nothing else");
		command_free(&command);
	}
}

/* What asks no kernel does not look. */
static void is_not_read(const char *line)
{
	struct command command = run("nonsense", line);

	is_int(command.status, 0, "%s does not read it", line);
	command_free(&command);
}

int main(void)
{
	are_off("");
	are_off("preorder");
	are_off("link_id,ordering");
	are_off("revision,expected_revision,");
	is_refused("preorder", "--kernel model --json attach web.slice egress id:4 --preorder",
		   "kernel_lacks_feature");
	is_refused("ordering", "--kernel model --json attach web.slice egress id:4 --before fw",
		   "ordering_unsupported");
	is_refused("replace", "--kernel model --json replace web.slice egress fw id:4",
		   "kernel_lacks_feature");
	is_no_name("prorder",
		   "CGSWAP_DISABLE_FEATURES holds \"prorder\", and there is no such feature; "
		   "did you mean preorder?");
	is_no_name("link,,ordering",
		   "CGSWAP_DISABLE_FEATURES holds \"\", and there is no such feature; "
		   "the features are multi, replace, ");
	is_no_name("quux", "CGSWAP_DISABLE_FEATURES holds \"quux\", and there is no such feature; the "
			   "features are multi, ");
	is_not_read("--version");
	is_not_read("explain lost_race");
	is_not_read("show --help");
	return done_testing();
}
