/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of explain: an attempt and a cause become a refusal. */
#ifndef CGSWAP_EXPLAIN_EXPLAIN_RULE_H
#define CGSWAP_EXPLAIN_EXPLAIN_RULE_H

#include "explain/observe.h"

/* The program that is to be there already; the only one, where there is one only. */
const struct program *attempt_named_program(const struct attempt *attempt);

/* For the cause that the rules found. */
enum cgswap_status explain_by_rule(const struct attempt *attempt, const struct facts *facts,
				   enum cgswap_cause cause, int errnum);

/* The rules find nothing that gives this errno: only what stands outside of them can. */
enum cgswap_status explain_beyond_rules(const struct attempt *attempt, const struct facts *facts,
					int errnum);

/* For a neighbour that is not there as what it must be. */
enum cgswap_status explain_anchor(const struct attempt *attempt, enum cgswap_cause cause,
				  int errnum);

#endif
