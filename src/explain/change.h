/* SPDX-License-Identifier: BSD-2-Clause */
/* One change to a chain, made or planned: the subject of an explanation. */
#ifndef CGSWAP_EXPLAIN_CHANGE_H
#define CGSWAP_EXPLAIN_CHANGE_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"
#include "program/program.h"
#include "rules/rules.h"

enum change_kind {
	CHANGE_ATTACH,
	CHANGE_REPLACE,
	CHANGE_OVERWRITE, /* a replace in none or override mode */
	CHANGE_DETACH,
	CHANGE_LINK_CREATE,
	CHANGE_LINK_UPDATE,
	CHANGE_LINK_DETACH
};

/* A swap that comes before, in the same chain. */
struct change_swap {
	uint32_t from, to;
};

/* Owns nothing that it points to. */
struct change {
	enum change_kind kind;
	struct cgswap_session *session;
	const struct cgroup *cgroup;
	const struct attach_type *type;
	const struct program *program; /* to be attached, or detached */
	const struct program *old;     /* to be replaced */
	const char *named;             /* how the caller named what is replaced or detached */
	uint32_t flags;
	struct rules_anchor anchor; /* the entry beside which it is attached, if any */
	const char *anchor_named;   /* the caller's name for it */
	const char *anchor_via;     /* "pos:N": the entry beside it that is used instead; or "" */
	int link_fd;                /* of LINK_UPDATE and LINK_DETACH */
	uint32_t link_id;
	uint64_t revision;                 /* the expected one that the kernel was given; 0: none */
	const struct snapshot *seen;       /* the chain as it was when this was decided; or NULL */
	const struct change_swap *earlier; /* of a forecast: what will have been done before */
	size_t earlier_count;
};

/* The program that must be attached already: the old one of a replace, that of a detach. */
const struct program *change_named_program(const struct change *change);

bool change_is_of_link(const struct change *change);

#endif
