/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of a transaction, and what each of its entries has now. */
#ifndef TOOLS_PRINT_JOURNAL_H
#define TOOLS_PRINT_JOURNAL_H

#include "json.h"
#include "options.h"

/* As --json prints it; null without a transaction. NULL: out of memory. */
json_t *json_journal(const cgswap_journal *journal);

/*
 * Prints who ran the transaction, a table of its entries, and how many of them have the wanted
 * program, which the text names. Of many entries the table has only those that were left alone.
 * False: out of memory.
 */
bool print_journal(const cgswap_journal *journal, enum cgswap_entry_state wanted, const char *text);

/* The same for one that was not finished, with the two commands that end it. */
bool print_unfinished(const struct options *options, const cgswap_journal *journal);

/* Prints the command that takes back a transaction whose old programs are held. */
void print_held(const struct options *options, uint64_t id);

#endif
