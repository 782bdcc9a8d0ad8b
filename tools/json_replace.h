/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_JSON_REPLACE_H
#define TOOLS_JSON_REPLACE_H

#include "json.h"
#include "options.h"

/* {"replaced": [...], "dry_run": ...}. */
json_t *json_replaced(const struct options *options, const cgswap_replace *replace);

#endif
