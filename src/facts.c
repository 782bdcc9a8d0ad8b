/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int look_at(struct kernel *kernel, int fd, void *user)
{
	struct ancestor_found *wanted = user;
	size_t count;

	if (snapshot_read(&wanted->chain, wanted->session, fd, wanted->type, 0))
		return 0;
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
	memset(out, 0, sizeof(*out));
	out->session = session;
	out->type = type;
	out->id = id;
	cgroup_climb(cgroup, look_at, out);
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
	struct kernel *kernel = attempt->session->kernel;
	struct rules_program fact = { .kind = RULES_NOT_GIVEN };

	if (!program)
		return fact;
	fact.kind = RULES_PROGRAM;
	fact.id = program->info.id;
	fact.type = program->info.type;
	if (net_admin && fact.type == attempt->type->program_type)
		fact.for_other_hook = feature_dry_attach(kernel, program->fd, attempt->type->number,
							 KERNEL_MULTI) == -EINVAL;
	return fact;
}

/*
 * A query tells ids only. Which of them links hold matters where the request names a program that
 * stands there; of one that stands there twice, as many places are plain as links do not hold.
 */
static void find_links(struct facts *facts, const struct attempt *attempt)
{
	struct rules_chain *own = &facts->world.own;
	uint32_t program = facts->request.program.id, old = facts->request.replaced.id;
	bool matters = false;

	for (size_t i = 0; i < own->count; i++)
		matters |= own->entries[i].program == program || own->entries[i].program == old;
	if (!matters || links_of_chain(&facts->links, attempt->session->kernel, attempt->cgroup->id,
				       attempt->type->number))
		return;
	for (size_t i = 0; i < own->count; i++) {
		uint32_t id = own->entries[i].program;

		own->entries[i].by_link = links_count(&facts->links, id) ==
					  snapshot_occurrences(&facts->own, id);
	}
}

static void read_own(struct facts *facts, const struct attempt *attempt)
{
	struct rules_chain *own = &facts->world.own;

	facts->unreadable = -snapshot_read(&facts->own, attempt->session,
					   attempt->cgroup->fd, attempt->type->number, 0);
	if (facts->unreadable)
		return;
	own->mode = facts->own.mode;
	own->revision = facts->own.revision;
	own->count = facts->own.count < KERNEL_CHAIN_MAX ? facts->own.count : KERNEL_CHAIN_MAX;
	for (size_t i = 0; i < own->count; i++)
		own->entries[i].program = facts->own.ids[i];
}

void facts_gather(struct facts *facts, const struct attempt *attempt)
{
	struct rules_world *world = &facts->world;
	struct ancestor_found above;

	memset(facts, 0, sizeof(*facts));
	world->net_admin = feature_may_query(attempt->session->kernel);
	world->has_preorder = session_feature(attempt->session, CGSWAP_FEATURE_PREORDER);
	world->has_revision = session_feature(attempt->session, CGSWAP_FEATURE_EXPECTED_REVISION);
	read_own(facts, attempt);
	world->target = target_of(attempt, facts->unreadable);

	facts->request = (struct rules_request){
		.type = attempt->type,
		.flags = attempt->flags,
		.program = judge(attempt, attempt->program, world->net_admin),
		.replaced = judge(attempt, attempt->old, world->net_admin),
		.revision = attempt->revision,
	};
	find_links(facts, attempt);

	/* empty ancestors say nothing, and the first that is not empty decides */
	facts_find_ancestor(&above, attempt->session, attempt->cgroup, attempt->type->number, 0);
	if (above.found) {
		facts->ancestor.mode = above.chain.mode;
		facts->ancestor.count = above.chain.count;
		world->ancestors = &facts->ancestor;
		world->ancestor_count = 1;
	}
	snapshot_free(&above.chain);
}

void facts_free(struct facts *facts)
{
	snapshot_free(&facts->own);
	links_free(&facts->links);
}
