/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs of one cgroup and attach type: snapshot, entries, selectors, attach, detach. */
#ifndef CGSWAP_CHAIN_CHAIN_H
#define CGSWAP_CHAIN_CHAIN_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"
#include "object/metadata.h"
#include "program/program.h"

struct cgswap_entry {
	size_t position;
	uint32_t id;
	bool known; /* info, name and tag were read */
	int errnum; /* or why they could not be */
	struct kernel_program info;
	char name[PROGRAM_NAME_SIZE];
	char tag[PROGRAM_TAG_SIZE];
	uint32_t link_id;
	enum cgswap_preorder preorder;
	struct metadata metadata;
};

struct cgswap_chain {
	struct handle handle;
	struct cgswap_session *session;
	struct cgroup *cgroup; /* NULL once closed */
	const struct attach_type *type;
	bool read; /* now and entries hold a snapshot */
	struct snapshot now;
	struct cgswap_entry *entries; /* one for each of now.ids */
	unsigned described;           /* enum cgswap_describe */
	struct snapshot effective;
};

/* The following act inside a call that has entered the chain. */

/* Drops the snapshot and its descriptions. */
void chain_forget(struct cgswap_chain *chain);

enum cgswap_status chain_read(struct cgswap_chain *chain);

/* Reads after a change was made: an error does not undo the change, so it only leaves no snapshot.
 */
void chain_read_after(struct cgswap_chain *chain);

enum cgswap_status chain_describe(struct cgswap_chain *chain, unsigned what);

/* Describes links where the caller may list them; only a shortage is an error. */
enum cgswap_status chain_describe_links(struct cgswap_chain *chain);

enum cgswap_status chain_find(struct cgswap_chain *chain, const char *selector, size_t *position);

/* Refuses BPF_LSM_CGROUP: that one attach type has a chain for each LSM function. */
enum cgswap_status chain_check_changeable(const struct cgswap_chain *chain);

/*
 * Refuses a chain whose cgroup has another id than this one; 0: any. A cgroup that is removed and
 * made again under the same path starts again with its revisions.
 */
enum cgswap_status chain_check_cgroup(const struct cgswap_chain *chain, uint64_t id);

#endif
