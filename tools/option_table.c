/* SPDX-License-Identifier: BSD-2-Clause */
#include "option_table.h"

#include <stddef.h>

const struct option_spec option_table[OPTIONS] = {
	{ OPTION_FIRST, "--first", NULL, "at the beginning of the chain" },
	{ OPTION_LAST, "--last", NULL, "at its end, which is the default" },
	{ OPTION_BEFORE, "--before", "SEL", "before this entry" },
	{ OPTION_AFTER, "--after", "SEL", "after this entry" },
	{ OPTION_MODE, "--mode", "multi|override|none", "how to attach; multi is the default" },
	{ OPTION_PREORDER, "--preorder", NULL,
	  "let it run before the programs of descendant cgroups" },
	{ OPTION_NO_PREORDER, "--no-preorder", NULL,
	  "let it run after them; without either it stays as it is" },
	{ OPTION_LINK, "--link", NULL, "attach it by a link, which lives by its pin (--pin)" },
	{ OPTION_PIN, "--pin", "PATH", "pin it at this path in a bpffs" },
	{ OPTION_MAPS, "--maps", "reuse|new|require",
	  "the maps of the old program: use those that fit (reuse, the default), none (new), or all "
	  "(require)" },
	{ OPTION_EXPECTED_REVISION, "--expected-revision", "N", "only if the chain is at revision N still" },
	{ OPTION_EXPECTED_CGROUP_ID, "--expected-cgroup-id", "ID",
	  "only in the cgroup of this id, and not in one made anew under its path" },
	{ OPTION_ALLOW_UNGUARDED, "--allow-unguarded", NULL,
	  "in override and none mode, where the kernel has no revisions: overwrite whatever stands "
	  "there" },
	{ OPTION_NO_VERIFY, "--no-verify", NULL, "do not look at the chain afterwards" },
	{ OPTION_DRAIN, "--drain", NULL, "wait until no processor runs the old program any more" },
	{ OPTION_DRY_RUN, "--dry-run", NULL,
	  "only say whether it would be done, and change nothing" },
	{ OPTION_JSON, "--json", NULL, "print one JSON object, also for a refusal" },
	{ OPTION_KERNEL, "--kernel", "live|model",
	  "the kernel to work on: the running one, or a model that is new with each command" },
	{ OPTION_HELP, "--help", NULL, "print this text" },
	{ OPTION_VERSION, "--version", NULL, "print the version" },
};

const struct option_spec *option_find(unsigned option)
{
	size_t i;

	for (i = 0; i < OPTIONS; i++) {
		if (option_table[i].bit == option)
			return &option_table[i];
	}
	return NULL;
}

unsigned option_rivals(unsigned option)
{
	static const unsigned rivals[] = {
		OPTIONS_PLACE,
		OPTION_PREORDER | OPTION_NO_PREORDER,
	};
	size_t i;

	for (i = 0; i < sizeof(rivals) / sizeof(rivals[0]); i++) {
		if (rivals[i] & option)
			return rivals[i];
	}
	return option;
}
