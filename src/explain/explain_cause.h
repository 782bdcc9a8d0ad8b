/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of explain: an attempt and a cause become a refusal. */
#ifndef CGSWAP_EXPLAIN_EXPLAIN_CAUSE_H
#define CGSWAP_EXPLAIN_EXPLAIN_CAUSE_H

#include "explain/observe.h"

/* The program that is to be there already; the only one, where there is one only. */
const struct program *change_named_program(const struct change *change);

/* For the cause that the rules found. */
enum cgswap_status explain_by_rule(const struct change *change, const struct observed *observed,
				   enum cgswap_cause cause, int errnum);

/* The rules find nothing that gives this errno: only what stands outside of them can. */
enum cgswap_status explain_unmatched(const struct change *change, const struct observed *observed,
				     int errnum);

/* For a neighbour that is not there as what it must be. */
enum cgswap_status explain_anchor(const struct change *change, enum cgswap_cause cause, int errnum);

#endif
