/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an errno and what can be read to one cause. The files call downwards only: explain.c asks
 * the rules; explain_unmatched.c has the errnos that the rules do not give; explain_cause.c has the
 * words for a cause, and explain_chain.c those for a state of a chain.
 */
#ifndef CGSWAP_EXPLAIN_EXPLAIN_H
#define CGSWAP_EXPLAIN_EXPLAIN_H

#include "explain/change.h"
#include "explain/explain_chain.h"

/* Writes the last error for the errno that the kernel gave; never CGSWAP_OK. */
enum cgswap_status explain_refusal(const struct change *change, int errnum);

/* Says in the same words what the kernel would answer; CGSWAP_OK when it would do it. */
enum cgswap_status explain_forecast(const struct change *change);

#endif
