/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_MANY_FINDINGS_H
#define TOOLS_MANY_FINDINGS_H

#include "many_cgroups.h"

#include <jansson.h>

/* The findings of the steps of a transaction in many cgroups, equal ones once. */

/* Adds "maps", "constants", "dropped_maps" and so on to the object; false: out of memory. */
bool many_findings_put(json_t *o, const struct many_cgroups *many);
/* Prints the tables and sentences of one cgroup, for each group of equal findings. */
bool many_findings_print(const struct many_cgroups *many);

#endif
