/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/observe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "kernel/scratch_cgroup.h"

static int look_at(struct kernel *kernel, int fd, void *user)
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

void facts_find_ancestor(struct ancestor_found *out, struct cgswap_session *session,
			 const struct cgroup *cgroup, uint32_t type, uint32_t id)
{
	int err;

	memset(out, 0, sizeof(*out));
	out->session = session;
	out->type = type;
	out->id = id;
	err = cgroup_climb(cgroup, look_at, out);
	if (err < 0)
		out->errnum = -err;
}

/* What is missing here is missing for any judgement. */
static void note_starved(struct facts *facts, int errnum)
{
	if (error_is_starved(-errnum))
		facts->starved = errnum;
}

static enum rules_target target_of(const struct attempt *attempt, int query_errnum)
{
	struct kernel *kernel = attempt->session->kernel;

	switch (kernel->ops->kind(kernel, attempt->cgroup->fd)) {
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
static struct rules_program judge(const struct attempt *attempt, const struct program *program,
				  bool net_admin)
{
	enum { SOME_OTHER_HOOK = UINT32_MAX };
	uint32_t type = attempt->type->number;
	struct rules_program fact = { .kind = RULES_CLOSED };

	if (!program)
		return fact;
	fact.kind = RULES_PROGRAM;
	fact.id = program->info.id;
	fact.type = program->info.type;
	fact.hook = type;
	if (!net_admin || fact.type != attempt->type->program_type)
		return fact;
	if (feature_dry_attach(attempt->session->kernel, program->fd, type, KERNEL_MULTI) ==
	    -EINVAL) {
		fact.hook = SOME_OTHER_HOOK;
		fact.only_hook = true;
	}
	return fact;
}

/*
 * A query tells ids only. Which of them links hold matters where the request names a program that
 * stands there; one that stands there more often than links hold it has a plain place too.
 */
static void find_links(struct facts *facts, const struct attempt *attempt)
{
	uint32_t program = facts->request.program.id, old = facts->request.replaced.id;
	struct rules_chain *own = &facts->own;
	bool matters = false;

	for (size_t i = 0; i < own->count; i++)
		matters |= own->entries[i].program == program || own->entries[i].program == old ||
			   attempt->anchor.given;
	if (!matters)
		return;
	note_starved(facts, -links_of_chain(&facts->links, attempt->session->kernel,
					    attempt->cgroup->id, attempt->type->number));
	for (size_t i = 0; i < own->count; i++) {
		uint32_t id = own->entries[i].program;

		if (links_count(&facts->links, id) == snapshot_occurrences(&facts->chain, id))
			own->entries[i].link = links_holder(&facts->links, id);
	}
}

static void fill(struct rules_chain *out, const struct snapshot *chain)
{
	out->mode = chain->count ? chain->mode : 0;
	out->revision = chain->revision;
	out->count = chain->count < KERNEL_CHAIN_MAX ? chain->count : KERNEL_CHAIN_MAX;
	for (size_t i = 0; i < out->count; i++)
		out->entries[i].program = chain->ids[i];
}

/* Empty ancestors say nothing, and the first that is not empty decides. */
static void find_ancestors(struct facts *facts, const struct attempt *attempt)
{
	struct ancestor_found above;

	facts_find_ancestor(&above, attempt->session, attempt->cgroup, attempt->type->number, 0);
	if (above.found) {
		fill(&facts->ancestor, &above.chain);
		facts->ancestors[0] = &facts->ancestor;
		facts->world.ancestors = facts->ancestors;
		facts->world.ancestor_count = 1;
	}
	note_starved(facts, above.errnum);
	snapshot_free(&above.chain);
}

static void find_features(struct rules_kernel *out, struct cgswap_session *session)
{
	out->net_admin = feature_may_query(session->kernel);
	/* of what cannot be asked the request itself shows that it was thought to be there */
	for (int i = 1; i <= CGSWAP_FEATURE_REVISION; i++)
		if (session_ask(session, (enum cgswap_feature)i).answer != FEATURE_NO)
			out->features |= 1U << i;
}

static void do_earlier(struct snapshot *chain, const struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->earlier_count; i++) {
		size_t at = snapshot_find(chain, attempt->earlier[i].from);

		if (at < chain->count)
			chain->ids[at] = attempt->earlier[i].to;
	}
}

/* Neighbours must agree in preorder, which shows in a trial cgroup; what does not show is taken for
 * no. */
static void find_anchor_preorder(struct facts *facts, const struct attempt *attempt)
{
	const struct rules_anchor *anchor = &attempt->anchor;
	struct trial_look look;

	if (!anchor->given ||
	    session_ask_kernel(attempt->session, CGSWAP_FEATURE_PREORDER).answer == FEATURE_NO ||
	    trial_look_below(&look, attempt->session->kernel, attempt->cgroup->fd, attempt->type))
		return;
	for (size_t i = 0; i < facts->own.count; i++) {
		struct rules_entry *entry = &facts->own.entries[i];

		if (anchor->kind == RULES_LINK ? entry->link == anchor->id
					       : entry->program == anchor->id)
			entry->preorder = trial_tells(&look, entry->program) == CGSWAP_PREORDER_YES;
	}
}

/* A link that cannot be asked is taken to be as it was. */
static void find_update(struct facts *facts, const struct attempt *attempt)
{
	struct kernel *kernel = attempt->session->kernel;
	struct rules_update *update = &facts->update;
	struct kernel_link link;

	*update = (struct rules_update){
		.flags = KERNEL_REPLACE,
		.link = RULES_LINK,
		.program = facts->request.program,
		.old = facts->request.replaced,
		.old_given = true,
		.current = facts->request.replaced,
	};
	if (kernel->ops->link_info(kernel, attempt->link_fd, &link))
		return;
	update->severed = !link.cgroup_id;
	/* what is done before is not done to this one: no link is in two steps */
	update->current.id = link.program_id;
}

void facts_gather(struct facts *facts, const struct attempt *attempt)
{
	bool net_admin;

	memset(facts, 0, sizeof(*facts));
	find_features(&facts->kernel, attempt->session);
	net_admin = facts->kernel.net_admin;
	facts->unreadable = -snapshot_read(&facts->chain, attempt->session, attempt->cgroup->fd,
					   attempt->type->number, 0);
	note_starved(facts, facts->unreadable);
	do_earlier(&facts->chain, attempt);
	fill(&facts->own, &facts->chain);
	facts->request = (struct rules_request){
		.type = attempt->type->number,
		.flags = attempt->flags,
		.program = judge(attempt, attempt->program, net_admin),
		.replaced = judge(attempt, attempt->old, net_admin),
		.revision = attempt->revision,
		.anchor = attempt->anchor,
		/* the one that it would get is no link's yet */
		.link = attempt->kind == ATTEMPT_LINK_CREATE ? UINT32_MAX : 0,
	};
	if (attempt->kind == ATTEMPT_LINK_UPDATE)
		find_update(facts, attempt);
	find_links(facts, attempt);
	find_anchor_preorder(facts, attempt);
	facts->world.kernel = &facts->kernel;
	facts->world.own = &facts->own;
	facts->world.target = target_of(attempt, facts->unreadable);
	find_ancestors(facts, attempt);
}

void facts_free(struct facts *facts)
{
	snapshot_free(&facts->chain);
	links_free(&facts->links);
}
