/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A new program whose source fills a program array takes the pin of the old program's array, which
 * the kernel then empties. The old program must not stay attached anywhere.
 */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"

struct array_search {
	struct cgswap_replace *replace;
	const struct cgswap_step *step;
	char cgroup[1024]; /* a cgroup in which the old program stays attached */
};

static bool array_is_replaced_in(const struct array_search *search, uint64_t cgroup_id)
{
	const struct cgswap_step *step = search->step;

	for (size_t i = 0; i < search->replace->length; i++) {
		const struct step_target *target = &search->replace->steps[i]->target;

		if (target->old && target->old->info.id == step->target.old->info.id &&
		    target->chain->type == step->target.chain->type &&
		    target->chain->cgroup->id == cgroup_id)
			return true;
	}
	return false;
}

/* Returns nonzero if the old program is attached to this cgroup, and no step replaces it there. */
static int array_visit(const char *path, void *user)
{
	struct array_search *search = user;
	struct cgswap_session *session = search->replace->session;
	const struct step_target *target = &search->step->target;
	struct snapshot *found = &search->replace->found;
	int fd = session->kernel->ops->cgroup_open(session->kernel, path), attached = 0;
	uint64_t id;

	if (fd < 0)
		return 0;
	if (!snapshot_read(found, session, fd, target->chain->type->number, 0) &&
	    snapshot_occurrences(found, target->old->info.id) &&
	    !session->kernel->ops->cgroup_id(session->kernel, fd, &id))
		attached = !array_is_replaced_in(search, id);
	session->kernel->ops->close(session->kernel, fd);
	if (attached)
		snprintf(search->cgroup, sizeof(search->cgroup), "%s", path);
	return attached;
}

static enum cgswap_status array_error_attached(const struct array_search *search, const char *pin)
{
	error_set(
		CGSWAP_CAUSE_PIN_EXISTS, EEXIST,
		"the program array that is pinned at '%.300s'{pin} would be replaced, and program "
		"%u{program_id}, which uses it, stays attached to '%.300s'{cgroup}, where its "
		"tail calls would fail",
		pin, search->step->target.old->info.id, search->cgroup);
	error_remedy("replace the program in all its cgroups in one transaction, or rename the "
		     "array");
	return CGSWAP_E_CONFLICT;
}

static enum cgswap_status array_check_others(struct cgswap_replace *replace,
					     const struct cgswap_step *step, const char *pin)
{
	struct array_search search = { .replace = replace, .step = step };
	enum cgswap_status status = cgroup_walk(replace->session, array_visit, &search);

	return *search.cgroup ? array_error_attached(&search, pin) : status;
}

enum cgswap_status replace_check_array(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct map_claim *claim = step->new ? step->new->claims : NULL;

	while (claim && !map_claim_replaced(claim))
		claim = claim->next;
	/* a program that replaces none takes over no pin */
	if (!claim || !step->target.old)
		return CGSWAP_OK;
	return array_check_others(replace, step, map_claim_path(claim));
}
