/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file operation.h
 * One operation of the oracle, in values that mean the same on both kernels: programs, links and
 * cgroups by their index in the fixture, revisions relative to the chain's. So a list of operations
 * can be played again, reduced and printed.
 */
#ifndef TESTS_ORACLE_OPERATION_H
#define TESTS_ORACLE_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CGROUPS = 5,
	GONE = CGROUPS,     /**< a cgroup that was removed */
	PLAIN_PROGRAMS = 3, /**< for each attach type */
	FILLERS = 66,
	LINKS = 80,
	ATTACH_TYPES_MAX = 32,
	PROGRAMS_MAX = ATTACH_TYPES_MAX * PLAIN_PROGRAMS + FILLERS + 4,
	LIST_MAX = 600 /**< operations between two resets */
};

enum ref_kind {
	REF_NONE, /**< 0: as a descriptor it is standard input, not a program */
	REF_CLOSED,
	REF_MINUS_ONE,
	REF_FILE,
	REF_MAP,
	REF_PROGRAM,
	REF_LINK, /**< closed if the slot is empty */
	REF_CGROUP,
	REF_DIRECTORY,
	REF_CGROUP_V1,
	REF_PROCS, /**< a file in a cgroup */
	REF_UNKNOWN_ID
};

/** A descriptor or id argument. */
struct ref {
	enum ref_kind kind;
	unsigned index;
};

enum operation_kind {
	OP_ATTACH,
	OP_DETACH,
	OP_LINK_CREATE, /**< into a slot; closes the link in it first */
	OP_LINK_UPDATE,
	OP_LINK_DETACH,
	OP_LINK_CLOSE,
	OP_QUERY,
	OP_FILL,     /**< attaches the fillers until the chain has a given length */
	OP_RECREATE, /**< removes a cgroup without children and makes it again */
	OP_RELOAD    /**< closes a program and loads the same one again */
};

enum revision_kind { REVISION_NONE, REVISION_RIGHT, REVISION_STALE, REVISION_FUTURE };

struct operation {
	enum operation_kind kind;
	struct ref target;
	struct ref program;  /**< LINK_UPDATE: the new one */
	struct ref replaced; /**< LINK_UPDATE: the old one */
	struct ref anchor;   /**< with the flag ID its id is passed */
	struct ref link;
	uint32_t attach_type; /**< or an unknown number */
	uint32_t flags;
	enum revision_kind revision;
	unsigned capacity; /**< QUERY: of the id array; FILL: length of the chain */
	bool wants_flags, wants_links;
};

struct list {
	size_t count;
	struct operation operations[LIST_MAX];
};

/** Formats an operation as a line. @return text. */
const char *operation_text(char *text, size_t size, const struct operation *operation);

/** A cgroup's path relative to the fixture. */
const char *cgroup_name(unsigned index);

#endif
