/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_MANY_H
#define TOOLS_PRINT_MANY_H

#include "many_cgroups.h"
#include "progress.h"

#include <jansson.h>

/* The outcome of a transaction in many cgroups, without a row for each of them. */

/* A table of the groups. False: out of memory. */
bool print_groups(const struct many_cgroups *many);

/*
 * The findings in the changed cgroups, those that were refused or not put back, with their causes,
 * and the numbers of all.
 */
bool print_outcome(const struct many_cgroups *many);

/* The value of "transaction". */
json_t *json_transaction(const struct many_cgroups *many);

/* The number of steps in this state. */
size_t count_state(const cgswap_replace *replace, enum cgswap_step_state state);

#endif
