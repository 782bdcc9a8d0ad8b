/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the one cause of an errno from the state that can be read. The files call downwards only:
 * explain.c asks the rules; ask_in_vain.c asks the kernel where the chain may not be read;
 * explain_unmatched.c handles errnos that the rules do not give;
 * explain_cause.c has the messages for a cause, and explain_chain.c those for a state of a chain.
 */
#ifndef CGSWAP_EXPLAIN_EXPLAIN_H
#define CGSWAP_EXPLAIN_EXPLAIN_H

#include "explain/change.h"
#include "explain/explain_chain.h"

/* Writes the last error for an errno from the kernel; never returns CGSWAP_OK. */
enum cgswap_status explain_refusal(const struct change *change, int errnum);

/* Predicts the kernel's answer, with the same messages; returns CGSWAP_OK if it would succeed. */
enum cgswap_status explain_forecast(const struct change *change);

/* The same, but CGSWAP_OK without a message if the only reason is that the entry is not attached.
 */
enum cgswap_status explain_forecast_beside_absence(const struct change *change);

#endif
