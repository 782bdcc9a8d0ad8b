/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_FEATURE_MASK_H
#define TOOLS_FEATURE_MASK_H

#include "options.h"

/* Features that an environment variable disables, as if the kernel were older. */

#define FEATURE_MASK_VARIABLE "CGSWAP_DISABLE_FEATURES"

/* The value of the variable, for the session; NULL: not set. */
const char *feature_mask_names(void);
/* Reports the first unknown name in the variable. */
enum exit_status feature_mask_check(const struct options *options);
/* True if the variable, which was checked before, names the feature. */
bool feature_mask_has(enum cgswap_feature feature);

#endif
