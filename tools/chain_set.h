/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_CHAIN_SET_H
#define TOOLS_CHAIN_SET_H

#include "effective.h"

enum { TYPES_MAX = 64 };

/* The attach types of the session's kernel, as indexes. */
struct type_list {
	size_t types[TYPES_MAX];
	size_t length;
};

enum cgswap_status type_list_read(struct type_list *list, cgswap_session *session);

/*
 * The chains of one cgroup that are not empty, described; with --effective, those in which programs
 * run.
 */
struct chain_set {
	cgswap_chain *chains[TYPES_MAX];
	size_t types[TYPES_MAX];               /* their attach types, as indexes */
	struct effective effective[TYPES_MAX]; /* with --effective */
	size_t length;
	cgswap_chain *first; /* keeps the cgroup open, so that the others need not open it */
};

/*
 * Opens the chains of the listed attach types; on failure the set is empty. An attach type that
 * this kernel does not have is dropped from the list with a warning.
 */
enum cgswap_status chain_set_open(struct chain_set *set, cgswap_session *session,
				  const char *cgroup, struct type_list *list,
				  struct describe *describe);
void chain_set_close(struct chain_set *set);

#endif
