/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parts of a load that its session keeps for the next one. A process that goes on loads the same
 * file for each new cgroup: if the bytes are the same, they are not checked and parsed again.
 */
#ifndef CGSWAP_LOAD_LOAD_KEPT_H
#define CGSWAP_LOAD_LOAD_KEPT_H

#include "load/btf_memo.h"
#include "object/object_file.h"

struct cgswap_session;

struct load_kept {
	struct object_file file; /* up to 1 MiB; zeroed: none */
	struct btf_memo btfs;
};

/* The session's, for a call that holds the session; NULL: its memory cannot be had. */
struct load_kept *load_kept_of(struct cgswap_session *session);

#endif
