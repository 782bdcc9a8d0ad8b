/* SPDX-License-Identifier: BSD-2-Clause */
/* What cgswap_replace_add_recursive() was asked for: a commit looks for cgroups that came later. */
#ifndef CGSWAP_REPLACE_REPLACE_RECURSIVE_H
#define CGSWAP_REPLACE_REPLACE_RECURSIVE_H

#include "chain/chain_holders.h"
#include "load/load_cache.h"

struct cgswap_replace;

struct recursive_request {
	struct recursive_request *next;
	char *cgroup, *source, *match; /* match: or NULL */
	char *old_object;              /* or NULL */
	char **map_choices, **constant_choices;
	const struct attach_type *type;
	struct chain_holders holders;
	struct program *new; /* NULL: the source is an object */
	enum cgswap_preorder preorder;
	enum cgswap_map_policy maps;
	enum cgswap_constant_policy constants;
	bool any_tag, allow_unguarded;
	char tag[PROGRAM_TAG_SIZE]; /* of the first old program; "": none was found yet */
};

/*
 * Adds a step for each cgroup of the transaction's requests that holds the old program and has no
 * step yet. All of them or none are added.
 */
enum cgswap_status replace_look_again(struct cgswap_replace *replace);

void replace_free_requests(struct recursive_request *requests);

#endif
