/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_FEATURE_MASK_H
#define TOOLS_FEATURE_MASK_H

#include "options.h"

#define MASK_VARIABLE "CGSWAP_DISABLE_FEATURES"

/* Features to do without, for those who want to see what an older kernel would say. */

/* What the environment says, for the session; NULL: nothing. */
const char *mask_names(void);
/* Refuses a name that is none of any feature. */
enum exit_status mask_check(const struct options *options);
/* Whether a feature is masked; of names that were checked. */
bool mask_has(enum cgswap_feature feature);

#endif
