/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_JSON_RECORD_H
#define TOOLS_JSON_RECORD_H

#include "abi/fields.h"
#include "json.h"

/*
 * Sets a member for each field of a record; null if the field needs a part that is not in parts, a
 * mask of enum cgswap_describe. false: out of memory.
 */
bool json_put_record(json_t *o, const struct record *record, struct record_place place,
		     unsigned parts);

#endif
