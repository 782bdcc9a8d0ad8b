/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decisions of the kernel as pure functions over values. They take the state and a request, and
 * return the errno with its cause, in the order in which the kernel checks, and the chain as it is
 * afterwards. A dry run, an explanation and the modelled kernel all use them.
 *
 * Flags that last (mode, preorder) are kept with the chain and its entries; flags that act once
 * (replace, before, after) are used up by the request. Differences between kernels are features.
 *
 * rules.c has attach and detach, rules_position.c positions, rules_link.c links, rules_query.c
 * queries and the order of execution; rules_check.c has the checks that they share.
 */
#ifndef CGSWAP_RULES_RULES_H
#define CGSWAP_RULES_RULES_H

#include <cgswap.h>

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

/* The kind of thing that a descriptor argument is. */
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
	uint32_t attach_type; /* that it was loaded for */
	bool only_own_type; /* of cgroup_skb: it returns values that no other attach type allows */
	uint32_t storages;  /* a number for the storage maps it uses; 0: none */
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
	uint32_t link; /* 0: attached plainly */
	bool preorder;
};

struct rules_chain {
	uint32_t mode; /* KERNEL_MULTI, KERNEL_OVERRIDE or 0; 0 also when it is empty */
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
	uint32_t link;     /* LINK_CREATE: the id it will get */
};

struct rules_update {
	uint32_t flags;
	enum rules_kind link;
	bool detached;
	struct rules_program current; /* of the link */
	struct rules_program program;
	struct rules_program old;
	bool old_given; /* the descriptor is not 0 */
};

/* PROG_QUERY. */
struct rules_query_request {
	uint32_t type;
	uint32_t flags;
	bool wants_ids; /* there is a pointer, and the capacity is not 0 */
	bool wants_program_flags;
	bool wants_links;
};

struct rules_answer {
	int errnum; /* 0: it is done */
	enum cgswap_cause cause;
};

/*
 * Each writes the chain as it is afterwards to *after, when the answer is 0; after may be NULL, or
 * be the own chain itself.
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
 * The programs that run in a cgroup, in order: levels are its own chain and its ancestors' from
 * the parent up. At most capacity ids are written; the number of all is returned.
 */
size_t rules_effective(uint32_t *ids, size_t capacity, const struct rules_chain *const *levels,
		       size_t count);

#endif
