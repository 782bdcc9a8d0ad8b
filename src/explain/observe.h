/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be read of the place where something was tried: the values that the rules judge. */
#ifndef CGSWAP_EXPLAIN_OBSERVE_H
#define CGSWAP_EXPLAIN_OBSERVE_H

#include "cgroup/cgroup.h"
#include "cgroup/link_scan.h"
#include "program/program.h"
#include "rules/rules.h"
#include "cgroup/snapshot.h"

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

/* One change that was tried, or is thought of. Nothing in it is owned. */
struct change {
	enum change_kind kind;
	struct cgswap_session *session;
	const struct cgroup *cgroup;
	const struct attach_type *type;
	const struct program *program; /* to be attached, or detached */
	const struct program *old;     /* to be replaced */
	const char *named;             /* how the caller named what is replaced or detached */
	uint32_t flags;
	struct rules_anchor anchor; /* beside what it is attached, if anything */
	const char *anchor_named;   /* how the caller named that */
	int link_fd;                /* of LINK_UPDATE and LINK_DETACH */
	uint32_t link_id;
	uint64_t revision;                 /* the guard that was passed on; 0: none */
	const struct snapshot *seen;       /* the chain as it was when this was decided; or NULL */
	const struct change_swap *earlier; /* of a forecast: what will have been done before */
	size_t earlier_count;
};

struct observed {
	struct rules_input input;
	struct rules_kernel kernel;
	struct rules_request request;
	struct rules_update update; /* of LINK_UPDATE */
	struct rules_chain own;
	struct rules_chain ancestor; /* the first one from the parent up that holds anything */
	const struct rules_chain *ancestors[1];
	struct snapshot chain; /* the own chain, as it was read */
	struct link_scan links;
	int unreadable; /* the errno of the query, 0 when the chain was read */
	int exhausted;  /* ENOMEM, EMFILE or ENFILE, when it kept us from reading anything */
};

void observe(struct observed *observed, const struct change *change);
void observed_free(struct observed *observed);

/* The first ancestor, from the parent up, that holds any program (id 0) or this one. */
struct ancestor_found {
	struct cgswap_session *session;
	uint32_t type;
	uint32_t id;
	struct snapshot chain;
	char path[512];
	bool found;
	int errnum; /* why one could not be read; 0: all were */
};

void observe_ancestor(struct ancestor_found *out, struct cgswap_session *session,
		      const struct cgroup *cgroup, uint32_t type, uint32_t id);

#endif
