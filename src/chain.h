/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs of one cgroup and attach type: snapshot, entries, selectors, attach, detach. */
#ifndef CHAIN_H
#define CHAIN_H

#include "cgroup.h"
#include "program.h"
#include "snapshot.h"

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
enum cgswap_status chain_read(struct cgswap_chain *chain, const char *operation);
enum cgswap_status chain_describe(struct cgswap_chain *chain, unsigned what, const char *operation);
enum cgswap_status chain_find(struct cgswap_chain *chain, const char *selector, size_t *position,
			      const char *operation);

/*
 * Binds what a selector names in a new snapshot: the entry's position and its program, opened. A
 * program that stands there twice is ambiguous. A revision other than 0 must be the chain's.
 */
enum cgswap_status chain_bind(struct program **out, struct cgswap_chain *chain,
			      const char *selector, uint64_t revision, size_t *position,
			      const char *operation);

/*
 * Refuses an entry that a link holds, at the price of a walk of all links. They show only to those who
 * may list them; to others the kernel's answer tells later.
 */
enum cgswap_status chain_refuse_held(struct cgswap_chain *chain, const char *selector,
				     size_t position, const char *operation);

/*
 * The program that a selector names whether it is in the chain or not (id:, fd:, pin:); NULL where
 * it names none, with the last error as it was.
 */
struct program *chain_named_program(struct cgswap_chain *chain, const char *selector);

/*
 * For a change whose entry is not there: what the kernel would have to say against it before that
 * becomes the last error instead. Not for one that is told better already.
 */
struct attempt;
enum cgswap_status chain_refuse_absent(const struct attempt *attempt, enum cgswap_status status);

/* Refuses BPF_LSM_CGROUP, whose one type has a chain for each hooked function. */
enum cgswap_status chain_require_changeable(const struct cgswap_chain *chain, const char *operation);

#endif
