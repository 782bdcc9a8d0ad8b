/* SPDX-License-Identifier: BSD-2-Clause */
/* The position of a new entry in a chain in multi mode. Only src/rules includes this. */
#ifndef CGSWAP_RULES_RULES_POSITION_H
#define CGSWAP_RULES_RULES_POSITION_H

#include "rules/rules.h"

/* The index at which the entry is inserted. */
struct rules_answer rules_position(size_t *index, const struct rules_chain *chain,
				   const struct rules_request *request);

#endif
