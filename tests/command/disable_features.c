/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CGSWAP_DISABLE_FEATURES disables the features that it names, as if the kernel were older. An
 * unknown name is an error that names the variable. All on the modelled kernel.
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

static bool is_listed(const char *mask, const char *name)
{
	const char *found = strstr(mask, name);
	size_t length = strlen(name);

	for (; found; found = strstr(found + 1, name))
		if ((found == mask || found[-1] == ',') && strchr(",", found[length]))
			return true;
	return false;
}

/* The named features are off, all others are unchanged. */
static void check_features(const char *mask)
{
	struct command command = run(mask, "--kernel model --json features");
	json_t *json = command_json(&command), *list = json_object_get(json, "features"), *entry;
	size_t index;

	is_int(command.status, 0, "'%s': features are shown", mask);
	is_int(json_array_size(list), cgswap_feature_get_count(), "all features are listed");
	json_array_foreach(list, index, entry)
	{
		const char *name = json_string_value(json_object_get(entry, "name"));
		const char *probe = json_string_value(json_object_get(entry, "probe"));
		bool off = is_listed(mask, name);

		is_int(json_is_true(json_object_get(entry, "supported")), !off, "%s is %s", name,
		       off ? "off" : "on");
		is_int(!strcmp(probe, "disabled by CGSWAP_DISABLE_FEATURES"), off,
		       "the probe text says whether it is disabled: %s", probe);
	}
	json_decref(json);
	command_free(&command);
}

static void check_refused(const char *mask, const char *line, const char *cause)
{
	struct command command = run(mask, line);
	json_t *json = command_json(&command);

	is_int(command.status, 1, "%s fails", line);
	is_str(json_string_value(json_object_get(json_object_get(json, "error"), "cause")), cause,
	       "the cause is that of an older kernel");
	json_decref(json);
	command_free(&command);
}

static void check_unknown_name(const char *mask, const char *said)
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
		has_str(command.err, said, "the message quotes the name");
		is_str(command.out, "", "nothing is on stdout");
		command_free(&command);
	}
}

/* Commands that use no kernel do not read the variable. */
static void check_ignored(const char *line)
{
	struct command command = run("nonsense", line);

	is_int(command.status, 0, "%s ignores the variable", line);
	command_free(&command);
}

int main(void)
{
	check_features("");
	check_features("preorder");
	check_features("link_id,ordering");
	check_features("revision,expected_revision,");
	check_refused("preorder", "--kernel model --json attach web.slice egress id:4 --preorder",
		   "kernel_lacks_feature");
	check_refused("ordering", "--kernel model --json attach web.slice egress id:4 --before fw",
		   "ordering_unsupported");
	check_refused("replace", "--kernel model --json replace web.slice egress fw id:4",
		   "kernel_lacks_feature");
	check_unknown_name("prorder",
		   "CGSWAP_DISABLE_FEATURES names an unknown feature 'prorder'\n"
		   "cgswap: hint: did you mean 'preorder'?");
	check_unknown_name("link,,ordering",
		   "CGSWAP_DISABLE_FEATURES names an unknown feature ''\n"
		   "cgswap: hint: the features are multi, replace, ");
	check_unknown_name("quux", "CGSWAP_DISABLE_FEATURES names an unknown feature 'quux'\n"
			   "cgswap: hint: the features are multi, ");
	check_ignored("--version");
	check_ignored("explain lost_race");
	check_ignored("show --help");
	return done_testing();
}
