/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_JSON_REPLACE_H
#define TOOLS_JSON_REPLACE_H

#include "json.h"
#include "options.h"

/* An array of the steps. */
json_t *json_step_list(const cgswap_replace *replace);
/* {"replaced": [...], "dry_run": ...}, or another name for the list of steps. */
json_t *json_steps(const struct options *options, const char *done, const cgswap_replace *replace);

#endif
