/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file row.h
 * One case of the matrix: the setup, the call, and the levels at which it can be made. The expected
 * result is in cases.tsv under the same operation and name.
 *
 * Objects have names. Programs: "A" to "E" pass at egress; "ingress" was loaded for that attach type,
 * "strict" returns a value that only egress allows; "c4", "c4b", "c6" are for connect4 and connect6,
 * "ops" is a sock_ops program, "dev" a device program. Other descriptors: "link:A" is a link of the
 * setup, "map", "file", "stdin" (0), "closed", "none" (-1). Targets are "here" (also NULL), "opath",
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

/* The expected revision that is passed, relative to the chain's revision. */
enum row_revision { ANY, RIGHT, STALE, FUTURE };

enum row_removed { STAYS, JUST_REMOVED, LONG_REMOVED };

/*
 * The highest level at which the call can be made. The backend is called for all rows, the rules for all
 * but the raw ones, and the public functions only where they can make the call.
 */
enum row_level { LEVEL_PUBLIC, LEVEL_RULES, LEVEL_BACKEND };

struct row {
	const char *op, *name; /* the line in cases.tsv */
	enum row_level level;
	enum row_call call;

	/*
	 * Attached in this order: "A" in multi mode, "pre:A" preorder, "link:A" by a link, "none:A" and
	 * "override:A" in those modes; with "up." in the parent, with "egress." at that attach type. "fill"
	 * fills the chain, "cut:A" detaches A's link, "threaded" makes the cgroup threaded.
	 */
	const char *setup;
	const char *attach_type; /* NULL: egress */
	const char *target;
	enum row_removed removed;

	const char *program; /* to attach or detach; for an update the new one */
	const char *old;     /* to replace; for an update the expected one; NULL: 0 */
	const char *anchor;  /* "A", "link:A" ..., or "id:A", "id:0", "id:unknown" with RAW_ID */
	const char *link;    /* to update or detach */
	uint32_t flags;
	enum row_revision revision;

	uint32_t query_flags;
	uint32_t capacity; /* size of a query's array; 0: none */
	bool program_flags, link_arrays;
	int (*raw)(void); /* returns 0 or a negative errno */

	/* Causes ("ok": none) of a level that is more specific than cases.tsv, and the reason. */
	const char *public_cause, *rules_cause, *reason;
	const char *after; /* programs afterwards, if the library does not make the row's call itself */
	uint32_t disabled;   /* features for a second run without them: 1 << CGSWAP_FEATURE_... */
	const char *disabled_cause; /* the cause of that run; NULL: the table's */
	const char *selector; /* NULL: fd:N of the replaced or detached object */
	bool no_selector;     /* pass NULL */
	uint32_t without;     /* mask of dropped capabilities: 1 << CAP_NET_ADMIN ... */
};

struct rows {
	const struct row *row;
	size_t count;
};

extern const struct rows rows_attach, rows_replace, rows_position, rows_detach, rows_link_create,
	rows_link_update, rows_query, rows_target;

#define ROWS(name, array) const struct rows name = { array, sizeof(array) / sizeof((array)[0]) }

#endif
