/* SPDX-License-Identifier: BSD-2-Clause */
#include "option_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool parse_before(struct options *options, const char *value)
{
	options->before = value;
	return *value;
}

static bool parse_after(struct options *options, const char *value)
{
	options->after = value;
	return *value;
}

static bool parse_pin(struct options *options, const char *value)
{
	options->pin = value;
	return *value;
}

static bool parse_kernel(struct options *options, const char *value)
{
	options->kernel = value;
	return strcmp(value, "live") == 0 || strcmp(value, "model") == 0;
}

static bool parse_scratch_cgroup(struct options *options, const char *value)
{
	options->scratch_cgroup = value;
	return *value;
}

static bool parse_mode(struct options *options, const char *value)
{
	enum cgswap_mode mode;

	for (mode = CGSWAP_MODE_MULTI; mode <= CGSWAP_MODE_NONE; mode++) {
		if (strcmp(cgswap_mode_get_name(mode), value) == 0) {
			options->mode = mode;
			return true;
		}
	}
	return false;
}

static bool parse_maps(struct options *options, const char *value)
{
	enum cgswap_map_policy policy;

	for (policy = CGSWAP_MAPS_REUSE; policy <= CGSWAP_MAPS_REQUIRE; policy++) {
		if (strcmp(cgswap_map_policy_get_name(policy), value) == 0) {
			options->maps = policy;
			return true;
		}
	}
	return false;
}

static bool parse_constants(struct options *options, const char *value)
{
	enum cgswap_constant_policy policy;

	for (policy = CGSWAP_CONSTANTS_OLD; policy <= CGSWAP_CONSTANTS_NEW; policy++) {
		if (strcmp(cgswap_constant_policy_get_name(policy), value) == 0) {
			options->constants = policy;
			return true;
		}
	}
	return false;
}

static bool parse_old_object(struct options *options, const char *value)
{
	options->old_object = value;
	return *value;
}

/* Adds a value of an option that can be given several times. */
static bool add_choice(const char *choices[CHOICES_MAX + 1], const char *value)
{
	size_t count = 0;

	while (choices[count])
		count++;
	if (count == CHOICES_MAX)
		return false;
	choices[count] = value;
	return true;
}

/* The library parses the choice. */
static bool parse_map(struct options *options, const char *value)
{
	return add_choice(options->map_choices, value) && strchr(value, '=');
}

static bool parse_only(struct options *options, const char *value)
{
	return add_choice(options->only, value) && *value;
}

static bool parse_skip(struct options *options, const char *value)
{
	return add_choice(options->skip, value) && *value;
}

static bool parse_constant(struct options *options, const char *value)
{
	return add_choice(options->constant_choices, value);
}

static bool parse_positive(uint64_t *out, const char *value)
{
	unsigned long long number;

	/* strtoull() accepts signs and blanks */
	if (!*value || value[strspn(value, "0123456789")])
		return false;
	errno = 0;
	number = strtoull(value, NULL, 10);
	/* the kernel takes 0 for "any" */
	if (errno || number == 0 || number > UINT64_MAX)
		return false;
	*out = number;
	return true;
}

static bool parse_expected_revision(struct options *options, const char *value)
{
	return parse_positive(&options->expected_revision, value);
}

static bool parse_expected_cgroup_id(struct options *options, const char *value)
{
	return parse_positive(&options->expected_cgroup_id, value);
}

/* Parses a number with a unit. Returns the time in ms, or -1 if it is invalid or too long. */
static int32_t parse_time(const char *value)
{
	static const struct {
		const char *name;
		unsigned ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 60 * 60 * 1000 } };
	size_t digits = strspn(value, "0123456789"), i;
	unsigned long long number;

	errno = 0;
	number = strtoull(value, NULL, 10);
	if (!digits || errno)
		return -1;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(value + digits, units[i].name) == 0)
			return number <= INT32_MAX / units[i].ms ? (int32_t)(number * units[i].ms)
								 : -1;
	}
	return -1;
}

static bool parse_retry_time(struct options *options, const char *value)
{
	int32_t time = parse_time(value);

	/* for the library 0 is the default, and -1 no time */
	options->retry_time_ms = time ? time : -1;
	return time >= 0;
}

static bool parse_match(struct options *options, const char *value)
{
	options->match = value;
	return *value;
}

static bool parse_cgroup(struct options *options, const char *value)
{
	size_t count = 0;

	while (options->cgroups[count])
		count++;
	if (count == CGROUPS_MAX)
		return false;
	options->cgroups[count] = value;
	return *value;
}

static bool parse_cgroups_from(struct options *options, const char *value)
{
	options->cgroups_from = value;
	return *value;
}

static bool parse_follow(struct options *options, const char *value)
{
	options->follow_ms = parse_time(value);
	return options->follow_ms >= 0;
}

/* The library parses it, with the number of steps. */
static bool parse_canary(struct options *options, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	options->canary = value;
	return digits && (!value[digits] || strcmp(value + digits, "%") == 0) &&
	       value[strspn(value, "0%")];
}

static bool parse_soak(struct options *options, const char *value)
{
	options->soak_ms = parse_time(value);
	return options->soak_ms >= 0;
}

static bool parse_check(struct options *options, const char *value)
{
	options->check = value;
	return *value;
}

static bool parse_check_timeout(struct options *options, const char *value)
{
	options->check_timeout_ms = parse_time(value);
	return options->check_timeout_ms > 0;
}

static bool parse_retries(struct options *options, const char *value)
{
	uint64_t number;

	/* for the library 0 is the default, and -1 none */
	options->retries = -1;
	if (strcmp(value, "0") == 0)
		return true;
	if (!parse_positive(&number, value) || number > INT32_MAX)
		return false;
	options->retries = (int32_t)number;
	return true;
}

const struct option_spec option_table[] = {
	{
		.bit = OPTION_ONLY,
		.name = "--only",
		.value = "NAME",
		.help = "take only this program of the object (repeatable)",
		.parse = parse_only,
		.valid = "the name of a program",
		.free_text = true,
	},
	{
		.bit = OPTION_SKIP,
		.name = "--skip",
		.value = "NAME",
		.help = "leave out this program of the object (repeatable)",
		.parse = parse_skip,
		.valid = "the name of a program",
		.free_text = true,
	},
	{
		.bit = OPTION_FIRST,
		.name = "--first",
		.help = "attach at the beginning of the chain",
	},
	{
		.bit = OPTION_LAST,
		.name = "--last",
		.help = "attach at the end of the chain (the default)",
	},
	{
		.bit = OPTION_BEFORE,
		.name = "--before",
		.value = "SEL",
		.help = "attach before this entry",
		.parse = parse_before,
		.valid = "the selector of an entry",
		.free_text = true,
	},
	{
		.bit = OPTION_AFTER,
		.name = "--after",
		.value = "SEL",
		.help = "attach after this entry",
		.parse = parse_after,
		.valid = "the selector of an entry",
		.free_text = true,
	},
	{
		.bit = OPTION_MODE,
		.name = "--mode",
		.value = "MODE",
		.help = "multi (the default), override or none",
		.parse = parse_mode,
		.valid = "multi, override or none",
	},
	{
		.bit = OPTION_PREORDER,
		.name = "--preorder",
		.help = "run the program before those of descendant cgroups",
		.rare = true,
	},
	{
		.bit = OPTION_NO_PREORDER,
		.name = "--no-preorder",
		.help = "run the program after those of descendant cgroups",
		.rare = true,
	},
	{
		.bit = OPTION_LINK,
		.name = "--link",
		.help = "attach by a link, which needs --pin",
	},
	{
		.bit = OPTION_PIN,
		.name = "--pin",
		.value = "PATH",
		.help = "pin the program or the link (OBJECT: below PATH)",
		.parse = parse_pin,
		.valid = "a path in a bpffs",
		.free_text = true,
	},
	{
		.bit = OPTION_MAPS,
		.name = "--maps",
		.value = "WHICH",
		.help = "maps of the old one: reuse (the default), new, require",
		.parse = parse_maps,
		.valid = "reuse, new or require",
	},
	{
		.bit = OPTION_MAP,
		.name = "--map",
		.value = "NAME=MAP",
		.help = "use this map for NAME: old, new, id:N or pin:PATH",
		.parse = parse_map,
		.valid = "NAME=old, NAME=new, NAME=id:N or NAME=pin:PATH, for up to 64 maps",
	},
	{
		.bit = OPTION_CONSTANTS,
		.name = "--constants",
		.value = "old|new",
		.help = "values of constants that differ from the old program's",
		.parse = parse_constants,
		.valid = "old or new",
	},
	{
		.bit = OPTION_CONSTANT,
		.name = "--constant",
		.value = "NAME=VALUE",
		.help = "the value of this constant: old, new, or another",
		.parse = parse_constant,
		.valid = "NAME=old, NAME=new or NAME=VALUE, for up to 64 constants",
	},
	{
		.bit = OPTION_OLD_OBJECT,
		.name = "--old-object",
		.value = "FILE",
		.help = "the old program's file: tells which constants were set",
		.parse = parse_old_object,
		.valid = "the path of an object file",
		.free_text = true,
	},
	{
		.bit = OPTION_EXPECTED_REVISION,
		.name = "--expected-revision",
		.value = "N",
		.help = "fail unless the chain is at revision N",
		.rare = true,
		.parse = parse_expected_revision,
		.valid = "a number, at least 1",
	},
	{
		.bit = OPTION_EXPECTED_CGROUP_ID,
		.name = "--expected-cgroup-id",
		.value = "ID",
		.help = "fail unless the cgroup has this id",
		.rare = true,
		.parse = parse_expected_cgroup_id,
		.valid = "a number, at least 1",
	},
	{
		.bit = OPTION_ALLOW_UNGUARDED,
		.name = "--allow-unguarded",
		.help = "overwrite the program even if no revision guards it",
		.rare = true,
	},
	{
		.bit = OPTION_NO_VERIFY,
		.name = "--no-verify",
		.help = "do not read the chain again after the replace",
		.rare = true,
	},
	{
		.bit = OPTION_DRAIN,
		.name = "--drain",
		.help = "wait until no CPU runs the old program",
	},
	{
		.bit = OPTION_DRY_RUN,
		.name = "--dry-run",
		.help = "check if the change would succeed, and change nothing",
	},
	{
		.bit = OPTION_RECURSIVE,
		.name = "--recursive",
		.help = "take CGROUP and all below it that hold OLD",
	},
	{
		.bit = OPTION_MATCH,
		.name = "--match",
		.value = "GLOB",
		.help = "only cgroups whose name (with a slash: path) matches",
		.parse = parse_match,
		.valid = "a pattern",
		.free_text = true,
	},
	{
		.bit = OPTION_ANY_TAG,
		.name = "--any-tag",
		.help = "allow old programs with different tags",
	},
	{
		.bit = OPTION_CGROUP,
		.name = "--cgroup",
		.value = "PATH",
		.help = "take this cgroup, in place of CGROUP (repeatable)",
		.parse = parse_cgroup,
		.valid = "the path of a cgroup, for up to 4096 of them",
		.free_text = true,
	},
	{
		.bit = OPTION_CGROUPS_FROM,
		.name = "--cgroups-from",
		.value = "FILE",
		.help = "take the cgroups in the lines of a file (-: input)",
		.parse = parse_cgroups_from,
		.valid = "the path of a file, or -",
		.free_text = true,
	},
	{
		.bit = OPTION_IGNORE_GONE,
		.name = "--ignore-gone",
		.help = "a cgroup that was removed is not a failure",
	},
	{
		.bit = OPTION_FOLLOW,
		.name = "--follow",
		.value = "TIME",
		.help = "go on looking for new cgroups for this time",
		.parse = parse_follow,
		.valid = "a number with ms, s, m or h, such as 30s",
	},
	{
		.bit = OPTION_CANARY,
		.name = "--canary",
		.value = "N|N%",
		.help = "do so many cgroups first, then growing waves",
		.parse = parse_canary,
		.valid = "a number of cgroups, or a percentage such as 5%",
	},
	{
		.bit = OPTION_SOAK,
		.name = "--soak",
		.value = "TIME",
		.help = "wait so long after the first wave",
		.parse = parse_soak,
		.valid = "a number with ms, s, m or h, such as 30s",
	},
	{
		.bit = OPTION_CHECK,
		.name = "--check",
		.value = "CMD",
		.help = "run this after each wave; if it fails, put all back",
		.parse = parse_check,
		.valid = "a shell command",
		.free_text = true,
	},
	{
		.bit = OPTION_CHECK_TIMEOUT,
		.name = "--check-timeout",
		.value = "TIME",
		.help = "how long the check may take (30s)",
		.parse = parse_check_timeout,
		.valid = "a number with ms, s, m or h, such as 30s",
	},
	{
		.bit = OPTION_EVENTS,
		.name = "--events",
		.help = "print a JSON object for each event, and a last one",
	},
	{
		.bit = OPTION_UNLESS_ATTACHED,
		.name = "--unless-attached",
		.help = "do nothing if a program of its name and tag is attached",
	},
	{
		.bit = OPTION_EFFECTIVE,
		.name = "--effective",
		.help = "show the programs that run, also those of ancestors",
	},
	{
		.bit = OPTION_JSON,
		.name = "--json",
		.letter = 'j',
		.help = "print one JSON object, also for an error",
	},
	{
		.bit = OPTION_QUIET,
		.name = "--quiet",
		.help = "print nothing but errors, warnings and JSON",
	},
	{
		.bit = OPTION_KERNEL,
		.name = "--kernel",
		.value = "live|model",
		.help = "the running kernel (live), or a simulated one",
		.parse = parse_kernel,
		.valid = "live or model",
	},
	{
		.bit = OPTION_SCRATCH_CGROUP,
		.name = "--scratch-cgroup",
		.value = "PATH",
		.help = "try out features of the kernel below this cgroup",
		.parse = parse_scratch_cgroup,
		.valid = "the path of a cgroup",
		.free_text = true,
	},
	{
		.bit = OPTION_RETRY_TIME,
		.name = "--retry-time",
		.value = "TIME",
		.help = "repeat a disturbed change for this time (100ms)",
		.parse = parse_retry_time,
		.valid = "a number with ms, s, m or h, such as 500ms",
	},
	{
		.bit = OPTION_RETRIES,
		.name = "--retries",
		.value = "N",
		.help = "repeat a disturbed change so often at least (3)",
		.parse = parse_retries,
		.valid = "a number",
	},
	{
		.bit = OPTION_HELP,
		.name = "--help",
		.letter = 'h',
		.help = "print the usage",
	},
	{
		.bit = OPTION_VERSION,
		.name = "--version",
		.letter = 'V',
		.help = "print the version",
	},
	{ .name = NULL },
};

_Static_assert(sizeof(option_table) / sizeof(option_table[0]) <= OPTIONS_MAX + 1,
	       "OPTIONS_MAX is too small");

const struct option_spec *option_find(uint64_t bit)
{
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (spec->bit == bit)
			return spec;
	}
	return NULL;
}

const struct option_spec *option_find_letter(int letter)
{
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (spec->letter && spec->letter == letter)
			return spec;
	}
	return NULL;
}
