/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs of one cgroup and attach type: snapshot, entries, selectors, attach, detach. */
#ifndef CGSWAP_CHAIN_CHAIN_H
#define CGSWAP_CHAIN_CHAIN_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"
#include "object/metadata.h"
#include "program/program.h"

/* The program of an entry, once it was read. */
struct entry_program {
	struct kernel_program info;
	char name[PROGRAM_NAME_SIZE];
	char tag[PROGRAM_TAG_SIZE];
	struct metadata metadata;
};

/* Small, since a transaction may have thousands of chains. */
struct cgswap_entry {
	uint32_t position;
	uint32_t id;
	uint32_t link_id;
	enum cgswap_preorder preorder;
	struct entry_program *program; /* NULL: unknown */
	int errnum;                    /* errno of the failed read */
};

struct cgswap_chain {
	struct handle handle;
	struct cgswap_session *session;
	struct cgroup *cgroup; /* after the session was closed it is for getters only */
	const struct attach_type *type;
	bool read; /* now and entries are valid */
	struct snapshot now;
	struct cgswap_entry *entries; /* one entry for each of now.ids */
	unsigned described;           /* enum cgswap_describe */
	struct snapshot effective;
	bool uncertain; /* after a dry run: a cgroup that cannot be seen may forbid the attach */
	char **leftovers; /* paths of temporary pins */
	size_t leftover_count;
};

/* Enters the handle, and holds its cgroup; a call ends with chain_leave(). */
enum cgswap_status chain_enter(struct cgswap_chain *chain, const char *operation);
/* The same within a call that has entered another handle, and cleared the last error. */
enum cgswap_status chain_join(struct cgswap_chain *chain);
enum cgswap_status chain_leave(struct cgswap_chain *chain, enum cgswap_status status);

/* Makes the handle of a chain, and reads it; in a call that works for the session. */
enum cgswap_status chain_open(cgswap_chain **out, cgswap_session *session, const char *cgroup,
			      const struct attach_type *type);

/* The functions below run inside a call that has entered the chain. */

/* Drops the snapshot and its descriptions. */
void chain_forget(struct cgswap_chain *chain);

void chain_forget_leftovers(struct cgswap_chain *chain);

enum cgswap_status chain_read(struct cgswap_chain *chain);

/*
 * Reads the chain after a change. An error does not undo the change, so it only drops the snapshot.
 */
void chain_read_after(struct cgswap_chain *chain);

/*
 * True if the chain certainly changed since it was read. What was read of its links may then belong
 * to the present chain, and not to the snapshot.
 */
bool chain_has_moved(const struct cgswap_chain *chain);

enum cgswap_status chain_describe(struct cgswap_chain *chain, unsigned what);

/*
 * Describes the links if the caller may list them; only a lack of memory or descriptors is an
 * error.
 */
enum cgswap_status chain_describe_links(struct cgswap_chain *chain);

enum cgswap_status chain_find(struct cgswap_chain *chain, const char *selector, size_t *position);

/* Fails for BPF_LSM_CGROUP: this attach type has a chain for each LSM function. */
enum cgswap_status chain_check_changeable(const struct cgswap_chain *chain);

/* Fails if the session cannot compare an expected revision. */
enum cgswap_status chain_check_revisions(const struct cgswap_chain *chain);

/*
 * Fails if the cgroup of the chain has another id; 0: any. A cgroup that is removed and created
 * again under the same path has a new id, and its revisions start again.
 */
enum cgswap_status chain_check_cgroup(const struct cgswap_chain *chain, uint64_t id);

#endif
