/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of cgswap_replace_add_recursive(), kept since a commit looks for later cgroups. */
#ifndef CGSWAP_REPLACE_RECURSIVE_REQUEST_H
#define CGSWAP_REPLACE_RECURSIVE_REQUEST_H

#include "chain/chain_holders.h"
#include "load/load_cache.h"

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
	char tag[PROGRAM_TAG_SIZE]; /* the first old program's; "": none was found yet */
};

/* Copies the arguments, and looks up what may be gone later: descriptors and pins. */
enum cgswap_status recursive_request_fill(struct recursive_request *request,
					  struct cgswap_session *session, const char *cgroup,
					  const char *attach_type, const char *old,
					  const char *source, const struct cgswap_step_opts *opts);
void recursive_request_free(struct recursive_request *request);

/* The list by next. */
void recursive_requests_free(struct recursive_request *requests);

#endif
