/* SPDX-License-Identifier: BSD-2-Clause */
/* A commit of cgswap_replace_add_recursive() looks for cgroups that came later. */
#ifndef CGSWAP_REPLACE_REPLACE_RECURSIVE_H
#define CGSWAP_REPLACE_REPLACE_RECURSIVE_H

#include <cgswap.h>

/*
 * Adds a step for each cgroup of the transaction's requests that holds the old program and has no
 * step yet. All of them or none are added.
 */
enum cgswap_status replace_look_again(struct cgswap_replace *replace);

#endif
