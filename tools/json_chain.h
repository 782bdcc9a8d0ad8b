/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_JSON_CHAIN_H
#define TOOLS_JSON_CHAIN_H

#include "chain_set.h"
#include "json.h"

#include <stdbool.h>

/* Sets the members of an entry; false: out of memory. */
bool json_put_entry(json_t *o, const cgswap_chain *chain, size_t i);
/* The snapshot of a chain. */
json_t *json_chain(const cgswap_chain *chain);
/* The same with the programs that run; NULL: without. */
json_t *json_chain_effective(const cgswap_chain *chain, const struct effective *effective);
/* A chain that could not be read: its programs are null. */
json_t *json_chain_unread(const cgswap_chain *chain);
/* An array of chains. */
json_t *json_chain_set(const struct chain_set *set);

#endif
