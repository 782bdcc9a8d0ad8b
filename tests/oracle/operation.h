/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file operation.h
 * One operation of the oracle, in values that mean the same on both kernels: programs, links and
 * cgroups by their place in the scene, revisions by what they are to the chain's own. So a list
 * of them can be run again, cut down, and read.
 */
#ifndef TESTS_ORACLE_OPERATION_H
#define TESTS_ORACLE_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CGROUPS = 5,
	GONE = CGROUPS,     /**< a cgroup that was removed */
	PLAIN_PROGRAMS = 3, /**< for each hook */
	FILLERS = 66,
	LINKS = 80,
	HOOKS_MAX = 32,
	PROGRAMS_MAX = HOOKS_MAX * PLAIN_PROGRAMS + FILLERS + 4,
	LIST_MAX = 600 /**< operations between two new scenes */
};

enum ref_kind {
	REF_NONE, /**< 0: as a descriptor standard input, which is no program */
	REF_CLOSED,
	REF_MINUS_ONE,
	REF_FILE,
	REF_MAP,
	REF_PROGRAM,
	REF_LINK, /**< closed when nothing is in the slot */
	REF_CGROUP,
	REF_DIRECTORY,
	REF_CGROUP_V1,
	REF_PROCS, /**< a file in a cgroup */
	REF_UNKNOWN_ID
};

/** What a descriptor or id argument is. */
struct ref {
	enum ref_kind kind;
	unsigned index;
};

enum operation_kind {
	OP_ATTACH,
	OP_DETACH,
	OP_LINK_CREATE, /**< into a slot; a link that is there is closed first */
	OP_LINK_UPDATE,
	OP_LINK_DETACH,
	OP_LINK_CLOSE,
	OP_QUERY,
	OP_FILL,     /**< attaches the fillers until the chain has a given length */
	OP_RECREATE, /**< removes a cgroup without children and makes it again */
	OP_RELOAD    /**< closes a program and load_cache its like */
};

enum revision_kind { REVISION_NONE, REVISION_RIGHT, REVISION_STALE, REVISION_FUTURE };

struct operation {
	enum operation_kind kind;
	struct ref target;
	struct ref program;  /**< of LINK_UPDATE the new one */
	struct ref replaced; /**< of LINK_UPDATE the old one */
	struct ref anchor;   /**< with the flag ID its id is meant */
	struct ref link;
	uint32_t hook; /**< an attach type, or a number that is none */
	uint32_t flags;
	enum revision_kind revision;
	unsigned room; /**< QUERY: of ids; FILL: the length wanted */
	bool wants_flags, wants_links;
};

struct list {
	size_t count;
	struct operation operations[LIST_MAX];
};

/** Writes an operation as a line. @return text. */
const char *operation_text(char *text, size_t size, const struct operation *operation);

/** A cgroup's path below the scene's own. */
const char *cgroup_name(unsigned index);

#endif
