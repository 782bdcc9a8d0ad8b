/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_MANY_CGROUPS_H
#define TOOLS_MANY_CGROUPS_H

#include "options.h"

/* A cgroup whose step was not added. */
struct refused_cgroup {
	char *cgroup;
	cgswap_error *error; /* NULL: there was no memory to copy it */
};

/* Where a step's cgroup was named. */
struct listed_cgroup {
	char *word;
	size_t line; /* in the file of --cgroups-from; 0: by --cgroup */
};

/* A transaction in many cgroups, and what became of the cgroups without a step. */
struct many_cgroups {
	const struct options *options;
	cgswap_session *session;
	cgswap_replace *replace;
	struct refused_cgroup *refused;
	size_t refused_count, refused_capacity;
	struct listed_cgroup *listed; /* by step; not with --recursive */
	size_t listed_count, listed_capacity;
	bool checked; /* a dry run found nothing against any step */
	size_t gone;  /* cgroups of the list that do not exist any more, and are ignored */
};

/*
 * Adds a step for each cgroup of --cgroup and --cgroups-from, or with --recursive for each below
 * these that holds the old program. Goes on after a refusal, so that all are known. Reports only an
 * error that is not of one cgroup.
 */
enum exit_status many_cgroups_add(struct many_cgroups *many);
void many_cgroups_free(struct many_cgroups *many);

#endif
