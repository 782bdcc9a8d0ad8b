/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/observe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/scratch_order.h"

static int observe_chain(struct kernel *kernel, int fd, void *user)
{
	struct ancestor_found *wanted = user;
	size_t count;
	int err;

	err = snapshot_read(&wanted->chain, wanted->session, fd, wanted->type, 0);
	if (err) {
		wanted->errnum = -err;
		return 0;
	}
	count = wanted->chain.count;
	if (wanted->id ? !snapshot_occurrences(&wanted->chain, wanted->id) : !count)
		return 0;
	wanted->found = true;
	if (kernel->ops->cgroup_path(kernel, fd, wanted->path, sizeof(wanted->path)) < 0)
		snprintf(wanted->path, sizeof(wanted->path), "an ancestor");
	return 1;
}

void observe_ancestor(struct ancestor_found *out, struct cgswap_session *session,
		      const struct cgroup *cgroup, uint32_t type, uint32_t id)
{
	int err;

	memset(out, 0, sizeof(*out));
	out->session = session;
	out->type = type;
	out->id = id;
	err = cgroup_climb(cgroup, observe_chain, out);
	if (err < 0)
		out->errnum = -err;
}

/* What is missing here is missing for any judgement. */
static void observe_note_exhaustion(struct observed *observed, int errnum)
{
	if (error_is_exhaustion(-errnum))
		observed->exhausted = errnum;
}

static enum rules_target observe_target(const struct change *change, int query_errnum)
{
	struct kernel *kernel = change->session->kernel;

	switch (kernel->ops->kind(kernel, change->cgroup->fd)) {
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

/*
 * The kernel does not tell for which hook a program was loaded. It does tell whether it would
 * take it, by an attach that has no target; other reasons are ruled out before.
 */
static struct rules_program observe_program(const struct change *change,
					    const struct program *program, bool net_admin)
{
	enum { SOME_OTHER_HOOK = UINT32_MAX };
	uint32_t type = change->type->number;
	struct rules_program fact = { .kind = RULES_CLOSED };

	if (!program)
		return fact;
	fact.kind = RULES_PROGRAM;
	fact.id = program->info.id;
	fact.type = program->info.type;
	fact.attach_type = type;
	if (!net_admin || fact.type != change->type->program_type)
		return fact;
	if (feature_dry_attach(change->session->kernel, program->fd, type, KERNEL_MULTI) ==
	    -EINVAL) {
		fact.attach_type = SOME_OTHER_HOOK;
		fact.only_own_type = true;
	}
	return fact;
}

/*
 * A query tells ids only. Which of them links hold matters where the request names a program that
 * stands there; one that stands there more often than links hold it has a plain place too.
 */
static void observe_links(struct observed *observed, const struct change *change)
{
	uint32_t program = observed->request.program.id, old = observed->request.replaced.id;
	struct rules_chain *own = &observed->own;
	bool matters = false;

	for (size_t i = 0; i < own->count; i++)
		matters |= own->entries[i].program == program || own->entries[i].program == old ||
			   change->anchor.given;
	if (!matters)
		return;
	observe_note_exhaustion(observed,
				-link_scan_read(&observed->links, change->session->kernel,
						change->cgroup->id, change->type->number));
	for (size_t i = 0; i < own->count; i++) {
		uint32_t id = own->entries[i].program;

		if (link_scan_count(&observed->links, id) ==
		    snapshot_occurrences(&observed->chain, id))
			own->entries[i].link = link_scan_find(&observed->links, id);
	}
}

static void observe_fill(struct rules_chain *out, const struct snapshot *chain)
{
	out->mode = chain->count ? chain->mode : 0;
	out->revision = chain->revision;
	out->count = chain->count < KERNEL_CHAIN_MAX ? chain->count : KERNEL_CHAIN_MAX;
	for (size_t i = 0; i < out->count; i++)
		out->entries[i].program = chain->ids[i];
}

/* Empty ancestors say nothing, and the first that is not empty decides. */
static void observe_ancestors(struct observed *observed, const struct change *change)
{
	struct ancestor_found above;

	observe_ancestor(&above, change->session, change->cgroup, change->type->number, 0);
	if (above.found) {
		observe_fill(&observed->ancestor, &above.chain);
		observed->ancestors[0] = &observed->ancestor;
		observed->input.ancestors = observed->ancestors;
		observed->input.ancestor_count = 1;
	}
	observe_note_exhaustion(observed, above.errnum);
	snapshot_free(&above.chain);
}

static void observe_features(struct rules_kernel *out, struct cgswap_session *session)
{
	out->net_admin = capability_may_query(session->kernel);
	/* of what cannot be asked the request itself shows that it was thought to be there */
	for (int i = 1; i <= CGSWAP_FEATURE_REVISION; i++)
		if (session_ask(session, (enum cgswap_feature)i).answer != FEATURE_NO)
			out->features |= 1U << i;
}

static void observe_earlier(struct snapshot *chain, const struct change *change)
{
	for (size_t i = 0; i < change->earlier_count; i++) {
		size_t at = snapshot_find(chain, change->earlier[i].from);

		if (at < chain->count)
			chain->ids[at] = change->earlier[i].to;
	}
}

/* Neighbours must agree in preorder, which shows in a trial cgroup; what does not show is taken for
 * no. */
static void observe_anchor_preorder(struct observed *observed, const struct change *change)
{
	const struct rules_anchor *anchor = &change->anchor;
	struct scratch_order look;

	if (!anchor->given ||
	    session_ask_kernel(change->session, CGSWAP_FEATURE_PREORDER).answer == FEATURE_NO ||
	    scratch_order_read(&look, change->session->kernel, change->cgroup->fd, change->type))
		return;
	for (size_t i = 0; i < observed->own.count; i++) {
		struct rules_entry *entry = &observed->own.entries[i];

		if (anchor->kind == RULES_LINK ? entry->link == anchor->id
					       : entry->program == anchor->id)
			entry->preorder = scratch_order_preorder(&look, entry->program) ==
					  CGSWAP_PREORDER_YES;
	}
}

/* A link that cannot be asked is taken to be as it was. */
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
	/* what is done before is not done to this one: no link is in two steps */
	update->current.id = link.program_id;
}

void observe(struct observed *observed, const struct change *change)
{
	bool net_admin;

	memset(observed, 0, sizeof(*observed));
	observe_features(&observed->kernel, change->session);
	net_admin = observed->kernel.net_admin;
	observed->unreadable = -snapshot_read(&observed->chain, change->session, change->cgroup->fd,
					      change->type->number, 0);
	observe_note_exhaustion(observed, observed->unreadable);
	observe_earlier(&observed->chain, change);
	observe_fill(&observed->own, &observed->chain);
	observed->request = (struct rules_request){
		.type = change->type->number,
		.flags = change->flags,
		.program = observe_program(change, change->program, net_admin),
		.replaced = observe_program(change, change->old, net_admin),
		.revision = change->revision,
		.anchor = change->anchor,
		/* the one that it would get is no link's yet */
		.link = change->kind == CHANGE_LINK_CREATE ? UINT32_MAX : 0,
	};
	if (change->kind == CHANGE_LINK_UPDATE)
		observe_update(observed, change);
	observe_links(observed, change);
	observe_anchor_preorder(observed, change);
	observed->input.kernel = &observed->kernel;
	observed->input.own = &observed->own;
	observed->input.target = observe_target(change, observed->unreadable);
	observe_ancestors(observed, change);
}

void observed_free(struct observed *observed)
{
	snapshot_free(&observed->chain);
	link_scan_free(&observed->links);
}
