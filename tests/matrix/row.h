/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file row.h
 * One case of the matrix: what stands there, what is asked for, and by which way it can come.
 * What must be answered stands in cases.tsv, under the same operation and name.
 *
 * Things are named by words. Programs: A to E pass at egress; "ingress" was loaded for that hook,
 * "strict" returns what only egress may; "c4", "c4b", "c6" are for connect4 and connect6, "ops" is
 * a sock_ops program, "dev" one for devices. Other descriptors: "link:A" a link that the setup made,
 * "map", "file", "stdin" (0), "closed", "none" (-1); targets are "here" (what NULL means), "opath",
 * "tmp", "v1", "sysfs", "procs", "A" ...
 */
#ifndef TESTS_MATRIX_ROW_H
#define TESTS_MATRIX_ROW_H

#include "../lib/rawbpf.h"
#include "cgswap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum row_call { ATTACH, DETACH, LINK_CREATE, LINK_UPDATE, LINK_DETACH, QUERY, RAW };

/* The guard that is passed, seen from the chain's revision. */
enum row_revision { ANY, RIGHT, STALE, FUTURE };

enum row_removed { STAYS, JUST_REMOVED, LONG_REMOVED };

/*
 * How far up the cause can be asked for. All rows are made through the door; all but the raw ones
 * are put before the rules; and those that a caller of the library can bring about come that way.
 */
enum row_way { BY_CALLER, BY_RULES, BY_DOOR };

struct row {
	const char *op, *name; /* of cases.tsv */
	enum row_way way;
	enum row_call call;

	/*
	 * Attached in this order: "A" in multi mode, "pre:A" preorder, "link:A" by a link, "none:A" and
	 * "override:A" in those modes; "up." before it: in the parent, "egress." at that hook. "fill"
	 * fills the chain, "cut:A" detaches A's link, "threaded" makes the cgroup so.
	 */
	const char *has;
	const char *hook; /* NULL: egress */
	const char *target;
	enum row_removed removed;

	const char *program; /* to be attached or detached; of an update the new one */
	const char *old;     /* to be replaced; of an update the expected one; NULL: 0 */
	const char *anchor;  /* "A", "link:A" ..., or "id:A", "id:0", "id:unknown" with RAW_ID */
	const char *link;    /* to be updated or detached */
	uint32_t flags;
	enum row_revision revision;

	uint32_t query_flags;
	uint32_t room; /* of a query; 0: none */
	bool program_flags, link_arrays;
	int (*raw)(void); /* 0 or a negative errno */

	/* Where one way says it better than cases.tsv does, and why: a cause's name, or "ok". */
	const char *caller_says, *rules_say, *because;
	const char *after; /* programs, when a caller has done it another way than the row's call */
	uint32_t masked;   /* features that a caller does without, 1 << CGSWAP_FEATURE_...: once more */
	const char *masked_says; /* and what it comes to then; NULL: what the table says */
	const char *selector; /* instead of fd:N of what is replaced or detached */
	bool no_selector;     /* NULL is given */
	uint32_t without;     /* a mask of capabilities: 1 << CAP_NET_ADMIN ... */
};

struct rows {
	const struct row *row;
	size_t count;
};

extern const struct rows rows_attach, rows_replace, rows_position, rows_detach, rows_link_create,
	rows_link_update, rows_query, rows_target;

#define ROWS(name, array) const struct rows name = { array, sizeof(array) / sizeof((array)[0]) }

#endif
