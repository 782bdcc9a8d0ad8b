/* SPDX-License-Identifier: BSD-2-Clause */
/* One change to a chain, attempted or planned: the subject of an explanation. */
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

/* An earlier step in the same chain; from 0 attaches, to 0 detaches. */
struct change_swap {
	uint32_t from, to;
	uint32_t link_id; /* 0: of a plain entry */
};

enum { CHANGE_PROGRAMS_MAX = 8 };

/* Facts that forecasts of one call share, as each asks for them only once; zero at first. */
struct change_facts {
	bool kernel_known;
	struct rules_kernel kernel;
	/* programs that may be attached at a type; the oldest is overwritten */
	struct {
		uint32_t id, type;
		bool fits;
	} programs[CHANGE_PROGRAMS_MAX];
	size_t program_count;
	/* the ancestors of this cgroup allow a change in multi mode at this type; or NULL */
	const struct cgroup *allowed;
	const struct attach_type *allowed_type;
};

/* All pointers belong to the caller. */
struct change {
	enum change_kind kind;
	struct cgswap_session *session;
	const struct cgroup *cgroup;
	const struct attach_type *type;
	const struct program *program; /* the program to attach or detach */
	const struct program *old;     /* the program to replace */
	const char *named;             /* the caller's selector of the replaced or detached entry */
	uint32_t flags;
	struct rules_anchor anchor; /* the entry beside which it is attached, if any */
	const char *anchor_named;   /* the caller's selector of the anchor */
	const char *anchor_via;     /* "pos:N": the entry beside it that is used instead; or "" */
	int link_fd;                /* for LINK_UPDATE and LINK_DETACH */
	uint32_t link_id;
	uint64_t revision;                 /* expected revision passed to the kernel; 0: none */
	uint64_t only_revision;            /* another revision is a lost race; 0: any */
	bool bound;                        /* to an entry: if that is gone, a race was lost */
	bool taken;                        /* its plain entry is one that an earlier step makes */
	const struct snapshot *seen;       /* the chain that the decision was based on; or NULL */
	const struct change_swap *earlier; /* for a forecast: steps that come before this one */
	size_t earlier_count;
	struct change_facts *facts; /* or NULL */
	bool old_is_plain;          /* no link had the old program's entry when seen was read */
	/*
	 * Set by a forecast that found nothing: a cgroup that this process cannot see may forbid
	 * the change, or the anchor's preorder, which no order shows. Or NULL.
	 */
	bool *uncertain;
};

/*
 * Returns the program that must already be attached: the old one of a replace, or the detached one.
 */
const struct program *change_named_program(const struct change *change);

bool change_is_of_link(const struct change *change);

/* The command of bpf(2) that makes the change. */
const char *change_command(const struct change *change);

#endif
