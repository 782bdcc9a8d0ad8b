/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs of one cgroup and attach type: snapshot, entries, selectors, attach, detach. */
#ifndef CGSWAP_CHAIN_CHAIN_H
#define CGSWAP_CHAIN_CHAIN_H

#include "cgroup/cgroup.h"
#include "object/metadata.h"
#include "program/program.h"
#include "cgroup/snapshot.h"

struct cgswap_entry {
	size_t position;
	uint32_t id;
	bool known; /* the kernel told about the program */
	int errnum; /* or why it did not */
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
	bool read; /* the snapshot holds what stood there when it was taken */
	struct snapshot now;
	struct cgswap_entry *entries; /* one for each of now.ids */
	unsigned described;           /* enum cgswap_describe */
	struct snapshot effective;
};

/* The following act inside a call that has entered the chain. */
void chain_forget(struct cgswap_chain *chain); /* the snapshot, and what was told of it */
void entries_free(struct cgswap_entry *entries, size_t count);
enum cgswap_status chain_read(struct cgswap_chain *chain);
/* A change is made; that the chain may not be read afterwards does not unmake it. */
void chain_read_after(struct cgswap_chain *chain);
enum cgswap_status chain_describe(struct cgswap_chain *chain, unsigned what);
enum cgswap_status chain_find(struct cgswap_chain *chain, const char *selector, size_t *position);

/* Refuses BPF_LSM_CGROUP, whose one type has a chain for each hooked function. */
enum cgswap_status chain_check_changeable(const struct cgswap_chain *chain);

/*
 * Refuses a chain of another cgroup than the one of this id; 0: any. Revisions start again in one
 * that is made anew under the same path.
 */
enum cgswap_status chain_check_cgroup(const struct cgswap_chain *chain, uint64_t id);

#endif
