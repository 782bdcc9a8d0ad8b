/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/observe.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "base/error.h"
#include "cgroup/link_scan.h"
#include "cgroup/plain_probe.h"
#include "cgroup/preorder_order.h"
#include "kernel/capability.h"

/* A link holds the entry, but its id is not known. */
enum { UNKNOWN_LINK = UINT32_MAX - 1 };

static enum rules_target observe_target(const struct change *change, int query_errnum)
{
	struct kernel *kernel = change->session->kernel;

	/* the kernel queries nothing else */
	if (!query_errnum)
		return RULES_CGROUP;
	switch (kernel->ops->kind(kernel, cgroup_fd(change->cgroup))) {
	case KERNEL_IS_CGROUP:
		return query_errnum == ENOENT ? RULES_CGROUP_GONE : RULES_CGROUP;
	case KERNEL_IS_CLOSED:
		return RULES_CGROUP_CLOSED;
	case KERNEL_IS_CGROUP_V1:
		return RULES_CGROUP_V1;
	default:
		return RULES_NO_CGROUP;
	}
}

/* Asks the kernel if it would attach the program at the type of the change. */
static bool observe_fits(const struct change *change, const struct program *program)
{
	uint32_t type = change->type->number, id = program->info.id;
	struct change_facts *facts = change->facts;
	bool fits;

	for (size_t i = 0; facts && i < facts->program_count && i < CHANGE_PROGRAMS_MAX; i++)
		if (facts->programs[i].id == id && facts->programs[i].type == type)
			return facts->programs[i].fits;
	fits = feature_dry_attach(change->session->kernel, program->fd, type, KERNEL_MULTI) !=
	       -EINVAL;
	if (facts) {
		size_t at = facts->program_count++ % CHANGE_PROGRAMS_MAX;

		facts->programs[at].id = id;
		facts->programs[at].type = type;
		facts->programs[at].fits = fits;
	}
	return fits;
}

/*
 * The kernel does not report the attach type that a program was loaded for. An attach without a
 * target shows it, once the other reasons for EINVAL are ruled out.
 */
static struct rules_program observe_program(const struct change *change,
					    const struct program *program, bool net_admin)
{
	enum { OTHER_ATTACH_TYPE = UINT32_MAX };
	uint32_t type = change->type->number;
	struct rules_program fact = { .kind = RULES_CLOSED };

	if (!program)
		return fact;
	fact.kind = RULES_PROGRAM;
	fact.id = program->info.id;
	fact.type = program->info.type;
	fact.attach_type = type;
	/* without the privilege, the kernel refuses these before it looks at their attach type */
	if ((!net_admin && fact.type == BPF_PROG_TYPE_CGROUP_SKB) ||
	    fact.type != change->type->program_type)
		return fact;
	if (!observe_fits(change, program)) {
		fact.attach_type = OTHER_ATTACH_TYPE;
		fact.only_own_type = true;
	}
	return fact;
}

/* True if the entries of a program matter to the answer. */
static bool observe_concerns(const struct observed *observed, const struct change *change,
			     uint32_t id)
{
	const struct rules_request *request = &observed->request;

	if (id == request->program.id || id == request->replaced.id)
		return true;
	for (size_t i = 0; i < change->earlier_count; i++)
		if (change->earlier[i].from == id && change->earlier[i].link_id)
			return true;
	return false;
}

/* True if the request names a program of the chain, or an anchor. */
static bool observe_needs_links(const struct observed *observed, const struct change *change)
{
	const struct rules_chain *own = &observed->own;

	if (change->anchor.given)
		return own->count > 0;
	for (size_t i = 0; i < own->count; i++)
		if (observe_concerns(observed, change, own->entries[i].program))
			return true;
	return false;
}

/*
 * A caller who may not list links asks the kernel if the program has a plain entry. An unknown link
 * is at all its entries, or at all but one.
 */
static void observe_ask_plain(struct observed *observed, const struct change *change,
			      const struct program *program)
{
	struct rules_chain *own = &observed->own;
	enum plain_answer answer;
	bool plain_seen;

	if (!program || !snapshot_occurrences(&observed->chain, program->info.id))
		return;
	answer = plain_ask(change->cgroup, change->type, program->fd);
	plain_seen = answer != PLAIN_YES;
	for (size_t i = 0; i < own->count && answer != PLAIN_UNKNOWN; i++) {
		if (own->entries[i].program != program->info.id)
			continue;
		own->entries[i].link = plain_seen ? UNKNOWN_LINK : 0;
		plain_seen = true;
	}
}

/*
 * True if the caller has found out that no link has the old program's entry, and the chain has the
 * same revision as then. The links of other entries do not matter.
 */
static bool observe_knows_links(const struct observed *observed, const struct change *change)
{
	return change->old_is_plain && change->seen && observed->chain.revision &&
	       observed->chain.revision == change->seen->revision && !change->earlier_count &&
	       !snapshot_occurrences(&observed->chain, change->program->info.id);
}

/*
 * A query returns ids only. Which entries of a program are those of its links does not matter: the
 * first ones are taken to be.
 */
static void observe_links(struct observed *observed, const struct change *change)
{
	struct rules_chain *own = &observed->own;
	struct link_scan links;
	int err;

	if (!observe_needs_links(observed, change) || observe_knows_links(observed, change))
		return;
	err = link_scan_read(&links, change->cgroup, change->type->number);
	observe_note_exhaustion(observed, -err);
	observed->links_read = !err;
	for (size_t i = 0; i < own->count; i++) {
		size_t before = 0;

		for (size_t j = 0; j < i; j++)
			before += own->entries[j].program == own->entries[i].program;
		own->entries[i].link = link_scan_at(&links, own->entries[i].program, before);
	}
	link_scan_free(&links);
	if (!err || !(own->mode & KERNEL_MULTI))
		return;
	observe_ask_plain(observed, change, change->program);
	observe_ask_plain(observed, change, change->old);
}

static void observe_features(struct rules_kernel *out, const struct change *change)
{
	struct cgswap_session *session = change->session;
	struct change_facts *facts = change->facts;

	if (facts && facts->kernel_known) {
		*out = facts->kernel;
		return;
	}
	out->net_admin = capability_may_query(session->kernel);
	/*
	 * A feature that cannot be probed counts as present, since the request uses it. A disabled
	 * one does too: the request was made without it, and the kernel has it.
	 */
	for (int i = 1; i <= CGSWAP_FEATURE_EXPECTED_REVISION; i++)
		if (session_ask_kernel(session, (enum cgswap_feature)i).answer != FEATURE_NO)
			out->features |= 1U << i;
	if (facts) {
		facts->kernel = *out;
		facts->kernel_known = true;
	}
}

/*
 * An entry must have the same preorder as its anchor. If the effective order does not show that of
 * the anchor, it counts as the same: a forecast refuses only what is certain, and changes nothing
 * to find out more.
 */
static void observe_anchor_preorder(struct observed *observed, const struct change *change)
{
	enum cgswap_preorder answers[KERNEL_CHAIN_MAX] = { CGSWAP_PREORDER_DEFAULT };
	const struct rules_anchor *anchor = &change->anchor;
	struct snapshot effective = { 0 };

	if (!anchor->given ||
	    session_ask_kernel(change->session, CGSWAP_FEATURE_PREORDER).answer == FEATURE_NO)
		return;
	if (!snapshot_read(&effective, change->session, cgroup_fd(change->cgroup),
			   change->type->number, KERNEL_QUERY_EFFECTIVE))
		preorder_from_order(answers, &observed->chain, &effective);
	snapshot_free(&effective);
	for (size_t i = 0; i < observed->own.count; i++) {
		struct rules_entry *entry = &observed->own.entries[i];

		if (anchor->kind == RULES_LINK ? entry->link != anchor->id
					       : entry->program != anchor->id)
			continue;
		entry->preorder = answers[i] == CGSWAP_PREORDER_YES;
		if (answers[i] != CGSWAP_PREORDER_DEFAULT)
			continue;
		entry->preorder = change->flags & KERNEL_PREORDER;
		observed->assumed = entry;
	}
}

bool observed_doubt(struct observed *observed)
{
	if (!observed->assumed)
		return false;
	observed->assumed->preorder = !observed->assumed->preorder;
	return true;
}

/* A link that cannot be read counts as unchanged. */
static void observe_update(struct observed *observed, const struct change *change)
{
	struct kernel *kernel = change->session->kernel;
	struct rules_update *update = &observed->update;
	struct kernel_link link;

	*update = (struct rules_update){
		.flags = KERNEL_REPLACE,
		.link = RULES_LINK,
		.program = observed->request.program,
		.old = observed->request.replaced,
		.old_given = true,
		.current = observed->request.replaced,
	};
	if (kernel->ops->link_info(kernel, change->link_fd, &link))
		return;
	update->detached = !link.cgroup_id;
	/* earlier steps do not change this link, since no link is in two steps */
	update->current.id = link.program_id;
}

/* True if the chain changed after it was read, so that the links may not be those of its entries.
 */
static bool observe_has_moved(const struct observed *observed, const struct change *change)
{
	struct kernel *kernel = change->session->kernel;
	struct kernel_query query = { .target_fd = (uint32_t)cgroup_fd(change->cgroup),
				      .type = change->type->number };

	return observed->links_read && !kernel->ops->query(kernel, &query) &&
	       (query.count != observed->chain.count ||
		(observed->chain.revision && query.revision != observed->chain.revision));
}

/* Reads the entries and their links, again if the chain changed between. */
static void observe_chain(struct observed *observed, const struct change *change)
{
	enum { TRIES = 3 };

	for (int i = 0; i < TRIES; i++) {
		observed->unreadable = -snapshot_read(&observed->chain, change->session,
						      cgroup_fd(change->cgroup),
						      change->type->number, 0);
		observe_note_exhaustion(observed, observed->unreadable);
		observed->own = (struct rules_chain){ 0 };
		observe_fill(&observed->own, &observed->chain);
		observe_links(observed, change);
		if (!observe_has_moved(observed, change))
			return;
	}
}

void observe_change(struct observed *observed, const struct change *change, int errnum)
{
	bool net_admin;

	memset(observed, 0, sizeof(*observed));
	observe_features(&observed->kernel, change);
	net_admin = observed->kernel.net_admin;
	observed->request = (struct rules_request){
		.type = change->type->number,
		.flags = change->flags,
		.program = observe_program(change, change->program, net_admin),
		.replaced = observe_program(change, change->old, net_admin),
		.revision = change->revision ? change->revision : change->only_revision,
		.anchor = change->anchor,
		/* an unused link id */
		.link = change->kind == CHANGE_LINK_CREATE ? UINT32_MAX : 0,
	};
	observe_chain(observed, change);
	if (change->kind == CHANGE_LINK_UPDATE)
		observe_update(observed, change);
	observed->new_is_attached = change->program &&
				    snapshot_occurrences(&observed->chain,
							 change->program->info.id);
	observed->is_multi = !observed->chain.count || (observed->chain.mode & KERNEL_MULTI);
	observe_note_exhaustion(observed, -observe_earlier(observed, change));
	observe_anchor_preorder(observed, change);
	observed->input.kernel = &observed->kernel;
	observed->input.own = &observed->own;
	observed->input.target = observe_target(change, observed->unreadable);
	observe_ancestors(observed, change, errnum);
}

uint32_t observed_link(const struct observed *observed, uint32_t program_id)
{
	const struct rules_chain *own = &observed->own;

	for (size_t i = 0; i < own->count; i++)
		if (own->entries[i].program == program_id && own->entries[i].link)
			return own->entries[i].link == UNKNOWN_LINK ? 0 : own->entries[i].link;
	return 0;
}

void observed_free(struct observed *observed)
{
	snapshot_free(&observed->chain);
}
