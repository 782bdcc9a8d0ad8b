/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_FEATURE_MASK_H
#define TOOLS_FEATURE_MASK_H

#include "options.h"

/* Features that the environment disables, to see what an older kernel would say. */

#define FEATURE_MASK_VARIABLE "CGSWAP_DISABLE_FEATURES"

/* The value of the variable, for the session; NULL: it is not set. */
const char *feature_mask_names(void);
/* Reports a name that is not that of a feature. */
enum exit_status feature_mask_check(const struct options *options);
/* Says of a checked list whether it has a feature. */
bool feature_mask_has(enum cgswap_feature feature);

#endif
