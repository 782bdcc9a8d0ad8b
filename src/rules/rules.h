/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the kernel decides, as pure functions over values: in goes what stands there and what is
 * asked for, out comes the errno with its cause, in the order in which the kernel looks, and the
 * chain as it is afterwards. A dry run, an explanation and the modelled kernel all ask here.
 *
 * Flags that last (mode, preorder) are kept with the chain and its entries; flags that act once
 * (replace, before, after) are used up by the request. What differs between kernels is a feature.
 *
 * rules.c attaches and detaches, rules_position.c finds the place, rules_link.c is of links,
 * rules_query.c of queries and of what runs; rules_check.c holds what they share.
 */
#ifndef CGSWAP_RULES_RULES_H
#define CGSWAP_RULES_RULES_H

#include <cgswap.h>

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

/* What a descriptor argument turned out to be. */
enum rules_kind {
	RULES_CLOSED,
	RULES_OTHER, /* open, but something else */
	RULES_PROGRAM,
	RULES_LINK
};

struct rules_program {
	enum rules_kind kind;
	uint32_t id;
	uint32_t type;     /* enum bpf_prog_type */
	uint32_t hook;     /* the attach type that it was loaded for */
	bool only_hook;    /* of cgroup_skb: what it may return fits no other hook */
	uint32_t storages; /* a number for the storage maps it uses; 0: none */
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

/* What the kernel has, a bit for each feature, and what else sets kernels apart. */
struct rules_kernel {
	uint32_t features;      /* 1 << enum cgswap_feature */
	bool compares_storages; /* LINK_UPDATE looks at storage maps */
	bool net_admin;         /* the caller may */
};

struct rules_input {
	const struct rules_kernel *kernel;
	enum rules_target target;
	const struct rules_chain *own;
	const struct rules_chain *const *ancestors; /* from the parent up */
	size_t ancestor_count;
};

/* What the anchor of a position turned out to be; by id, one that is unknown. */
struct rules_anchor {
	bool given; /* relative is not 0, or KERNEL_ID is set */
	bool unknown_id;
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
	bool severed;
	struct rules_program current; /* what the link holds */
	struct rules_program program;
	struct rules_program old;
	bool old_given; /* the descriptor is not 0 */
};

/* PROG_QUERY. */
struct rules_query_request {
	uint32_t type;
	uint32_t flags;
	bool wants_ids; /* there is a pointer, and room behind it */
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
struct rules_answer rules_attach(const struct rules_input *world,
				 const struct rules_request *request, struct rules_chain *after);
struct rules_answer rules_detach(const struct rules_input *world,
				 const struct rules_request *request, struct rules_chain *after);
struct rules_answer rules_link_create(const struct rules_input *world,
				      const struct rules_request *request,
				      struct rules_chain *after);
struct rules_answer rules_link_update(const struct rules_kernel *kernel,
				      const struct rules_update *update);

struct rules_answer rules_link_detach(const struct rules_kernel *kernel, enum rules_kind link);
struct rules_answer rules_query(const struct rules_input *world,
				const struct rules_query_request *request);

/* Whether the kernel has the attach type at all. */
bool rules_knows_type(const struct rules_kernel *kernel, uint32_t type);

/* Takes the entry at an index out, as a detach or the end of a link does. */
void rules_remove(struct rules_chain *chain, size_t index);

/*
 * The programs that run in a cgroup, in order: levels are its own chain and its ancestors' from
 * the parent up. At most room ids are written; the number of all is returned.
 */
size_t rules_effective(uint32_t *ids, size_t capacity, const struct rules_chain *const *levels,
		       size_t count);

#endif
