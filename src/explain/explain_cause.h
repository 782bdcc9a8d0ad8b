/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages for a cause. */
#ifndef CGSWAP_EXPLAIN_EXPLAIN_CAUSE_H
#define CGSWAP_EXPLAIN_EXPLAIN_CAUSE_H

#include "explain/observe.h"

/* Writes the last error for a change that fails with this cause. */
enum cgswap_status explain_cause(const struct change *change, const struct observed *observed,
				 enum cgswap_cause cause, int errnum);

#endif
