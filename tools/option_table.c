/* SPDX-License-Identifier: BSD-2-Clause */
#include "option_table.h"
#include "enum_name.h"

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

static bool parse_mode(struct options *options, const char *value)
{
	return enum_mode_parse(&options->mode, value);
}

static bool parse_maps(struct options *options, const char *value)
{
	return enum_map_policy_parse(&options->maps, value);
}

static bool parse_positive(uint64_t *out, const char *value)
{
	unsigned long long number;

	/* strtoull() accepts signs and blanks */
	if (!*value || value[strspn(value, "0123456789")])
		return false;
	errno = 0;
	number = strtoull(value, NULL, 10);
	/* to the kernel 0 means that nothing is to be checked */
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

const struct option_spec option_table[] = {
	{
		.bit = OPTION_FIRST,
		.name = "--first",
		.help = "at the beginning of the chain",
	},
	{
		.bit = OPTION_LAST,
		.name = "--last",
		.help = "at its end, which is the default",
	},
	{
		.bit = OPTION_BEFORE,
		.name = "--before",
		.value = "SEL",
		.help = "before this entry",
		.parse = parse_before,
		.valid = "the selector of an entry",
		.free_text = true,
	},
	{
		.bit = OPTION_AFTER,
		.name = "--after",
		.value = "SEL",
		.help = "after this entry",
		.parse = parse_after,
		.valid = "the selector of an entry",
		.free_text = true,
	},
	{
		.bit = OPTION_MODE,
		.name = "--mode",
		.value = "multi|override|none",
		.help = "how to attach; multi is the default",
		.parse = parse_mode,
		.valid = "multi, override or none",
	},
	{
		.bit = OPTION_PREORDER,
		.name = "--preorder",
		.help = "let it run before the programs of descendant cgroups",
	},
	{
		.bit = OPTION_NO_PREORDER,
		.name = "--no-preorder",
		.help = "let it run after them; without either it stays as it is",
	},
	{
		.bit = OPTION_LINK,
		.name = "--link",
		.help = "attach it by a link, which lives by its pin (--pin)",
	},
	{
		.bit = OPTION_PIN,
		.name = "--pin",
		.value = "PATH",
		.help = "pin it at this path in a bpffs",
		.parse = parse_pin,
		.valid = "a path in a bpffs",
		.free_text = true,
	},
	{
		.bit = OPTION_MAPS,
		.name = "--maps",
		.value = "reuse|new|require",
		.help = "the maps of the old program: use those that fit (reuse, the default), "
			"none (new), or all (require)",
		.parse = parse_maps,
		.valid = "reuse, new or require",
	},
	{
		.bit = OPTION_EXPECTED_REVISION,
		.name = "--expected-revision",
		.value = "N",
		.help = "only if the chain is at revision N still",
		.parse = parse_expected_revision,
		.valid = "a number from 1 on",
	},
	{
		.bit = OPTION_ALLOW_UNGUARDED,
		.name = "--allow-unguarded",
		.help = "in override and none mode, where the kernel has no revisions: "
			"overwrite whatever stands there",
	},
	{
		.bit = OPTION_NO_VERIFY,
		.name = "--no-verify",
		.help = "do not look at the chain afterwards",
	},
	{
		.bit = OPTION_DRAIN,
		.name = "--drain",
		.help = "wait until no processor runs the old program any more",
	},
	{
		.bit = OPTION_DRY_RUN,
		.name = "--dry-run",
		.help = "only say whether it would be done, and change nothing",
	},
	{
		.bit = OPTION_EXPECTED_CGROUP_ID,
		.name = "--expected-cgroup-id",
		.value = "ID",
		.help = "only in the cgroup of this id, and not in one made anew under its path",
		.parse = parse_expected_cgroup_id,
		.valid = "a number from 1 on",
	},
	{
		.bit = OPTION_JSON,
		.name = "--json",
		.help = "print one JSON object, also for a refusal",
	},
	{
		.bit = OPTION_KERNEL,
		.name = "--kernel",
		.value = "live|model",
		.help = "the kernel to work on: the running one, or a model that is new with each "
			"command",
		.parse = parse_kernel,
		.valid = "live or model",
	},
	{
		.bit = OPTION_HELP,
		.name = "--help",
		.help = "print this text",
	},
	{
		.bit = OPTION_VERSION,
		.name = "--version",
		.help = "print the version",
	},
	{ .name = NULL },
};

const struct option_spec *option_find(unsigned bit)
{
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (spec->bit == bit)
			return spec;
	}
	return NULL;
}

const struct option_spec *option_find_name(const char *name, size_t length)
{
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (strlen(spec->name) == length && memcmp(spec->name, name, length) == 0)
			return spec;
	}
	return NULL;
}

unsigned option_exclusive(unsigned bit)
{
	static const unsigned sets[] = {
		OPTIONS_POSITION,
		OPTION_PREORDER | OPTION_NO_PREORDER,
	};
	size_t i;

	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (sets[i] & bit)
			return sets[i];
	}
	return bit;
}
