/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of a transaction, and what each of its entries has now. */
#ifndef TOOLS_PRINT_JOURNAL_H
#define TOOLS_PRINT_JOURNAL_H

#include "json.h"

#include <cgswap.h>

/* As --json prints it; null without a transaction. NULL: out of memory. */
json_t *json_journal(const cgswap_journal *journal);

/* The number of entries in this state. */
size_t journal_count(const cgswap_journal *journal, enum cgswap_entry_state found);

/* Prints a table of the entries; false: out of memory. */
bool print_journal(const cgswap_journal *journal);

#endif
