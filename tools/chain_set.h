/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_CHAIN_SET_H
#define TOOLS_CHAIN_SET_H

#include "print_chain.h"
#include "json.h"

enum { TYPES_MAX = 64 };

/* The attach types that the session's kernel has, as indexes. */
struct type_list {
	size_t types[TYPES_MAX];
	size_t length;
};

enum cgswap_status type_list_read(struct type_list *list, cgswap_session *session);

/* The chains of one cgroup that are not empty, described. */
struct view_set {
	cgswap_chain *chains[TYPES_MAX];
	size_t types[TYPES_MAX]; /* their attach types, as indexes */
	size_t length;
};

/*
 * On a refusal the last error says why, and the set is empty. An attach type that turns out not
 * to be there is noted and taken off the list.
 */
enum cgswap_status view_set_open(struct view_set *set, cgswap_session *session, const char *cgroup,
				 struct type_list *list, struct describer *describer);
void view_set_close(struct view_set *set);
/* A list of chains. */
json_t *json_view_set(const struct view_set *set);

#endif
