/* SPDX-License-Identifier: BSD-2-Clause */
/* Explains errnos that the rules do not give for this change. */
#ifndef CGSWAP_EXPLAIN_EXPLAIN_UNMATCHED_H
#define CGSWAP_EXPLAIN_EXPLAIN_UNMATCHED_H

#include "explain/observe.h"

/* Looks for a cause outside the rules, and writes the last error. */
enum cgswap_status explain_unmatched(const struct change *change, const struct observed *observed,
				     int errnum);

#endif
