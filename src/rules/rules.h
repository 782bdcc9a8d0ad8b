/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decisions of the kernel as pure functions over values. They take the state and a request,
 * check in the kernel's order, and return the errno with its cause and the resulting chain. Dry
 * runs, explanations and the simulated kernel use them.
 *
 * The chain and its entries store flags that last (mode, preorder); flags that act once (replace,
 * before, after) apply to the request only. Differences between kernels are features.
 *
 * rules.c has attach and detach, rules_position.c positions, rules_link.c links, rules_query.c
 * queries and the order of execution; rules_check.c has the checks that they share.
 */
#ifndef CGSWAP_RULES_RULES_H
#define CGSWAP_RULES_RULES_H

#include <cgswap.h>

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

/* The kind of a descriptor argument. */
enum rules_kind {
	RULES_CLOSED,
	RULES_OTHER, /* open, but something else */
	RULES_PROGRAM,
	RULES_LINK
};

struct rules_program {
	enum rules_kind kind;
	uint32_t id;
	uint32_t type;        /* enum bpf_prog_type */
	uint32_t attach_type; /* the attach type it was loaded for */
	bool only_own_type;   /* cgroup_skb: it returns values that only this attach type allows */
	uint32_t storages;    /* a number for the storage maps it uses; 0: none */
};

enum rules_target {
	RULES_CGROUP,
	RULES_CGROUP_GONE,
	RULES_CGROUP_CLOSED,
	RULES_CGROUP_V1,
	RULES_NO_CGROUP
};

struct rules_entry {
	uint32_t program;
	uint32_t link; /* 0: none */
	bool preorder;
};

struct rules_chain {
	uint32_t mode; /* KERNEL_MULTI, KERNEL_OVERRIDE or 0; 0 if empty */
	size_t count;
	uint64_t revision;
	struct rules_entry entries[KERNEL_CHAIN_MAX];
};

/* The features of a kernel, and its other differences. */
struct rules_kernel {
	uint32_t features;      /* 1 << enum cgswap_feature */
	bool compares_storages; /* LINK_UPDATE compares storage maps */
	bool net_admin;         /* the caller has CAP_NET_ADMIN */
};

struct rules_input {
	const struct rules_kernel *kernel;
	enum rules_target target;
	const struct rules_chain *own;
	const struct rules_chain *const *ancestors; /* from the parent up */
	size_t ancestor_count;
};

/* The anchor of a position. */
struct rules_anchor {
	bool given;      /* relative is not 0, or KERNEL_ID is set */
	bool unknown_id; /* given by an id that does not exist */
	enum rules_kind kind;
	uint32_t id;
};

/* PROG_ATTACH, PROG_DETACH and LINK_CREATE. */
struct rules_request {
	uint32_t type;
	uint32_t flags;
	struct rules_program program;
	struct rules_program replaced;
	struct rules_anchor anchor;
	uint64_t revision; /* 0: any */
	uint32_t link;     /* LINK_CREATE: the id of the new link */
};

struct rules_update {
	uint32_t flags;
	enum rules_kind link;
	bool detached;
	struct rules_program current; /* the link's program */
	struct rules_program program;
	struct rules_program old;
	bool old_given; /* the descriptor is not 0 */
};

/* PROG_QUERY. */
struct rules_query_request {
	uint32_t type;
	uint32_t flags;
	bool wants_ids; /* the pointer and the capacity are not 0 */
	bool wants_program_flags;
	bool wants_links;
};

struct rules_answer {
	int errnum; /* 0: success */
	enum cgswap_cause cause;
};

/*
 * Each writes the resulting chain to *after if the answer is 0; after may be NULL or the own chain.
 */
struct rules_answer rules_attach(const struct rules_input *input,
				 const struct rules_request *request, struct rules_chain *after);
struct rules_answer rules_detach(const struct rules_input *input,
				 const struct rules_request *request, struct rules_chain *after);
struct rules_answer rules_link_create(const struct rules_input *input,
				      const struct rules_request *request,
				      struct rules_chain *after);
struct rules_answer rules_link_update(const struct rules_kernel *kernel,
				      const struct rules_update *update);

struct rules_answer rules_link_detach(const struct rules_kernel *kernel, enum rules_kind link);
struct rules_answer rules_query(const struct rules_input *input,
				const struct rules_query_request *request);

/* True when the kernel has the attach type. */
bool rules_knows_type(const struct rules_kernel *kernel, uint32_t type);

/* Removes the entry at an index, as a detach or the end of a link does. */
void rules_remove(struct rules_chain *chain, size_t index);

/*
 * Writes at most capacity ids of the programs that run in a cgroup, in order, and returns the
 * number of all. levels: its own chain, then its ancestors' from the parent up.
 */
size_t rules_effective(uint32_t *ids, size_t capacity, const struct rules_chain *const *levels,
		       size_t count);

#endif
