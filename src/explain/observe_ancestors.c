/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cgroups above: which of them decides if a change is allowed. Those above a cgroup namespace
 * cannot be read, so the kernel is asked.
 */
#include <errno.h>
#include <string.h>

#include "explain/ask_in_vain.h"
#include "explain/observe.h"

/* The kernel asks the ancestors first, so another answer than EPERM says that they allow the
 * change. */
static bool observe_needs_ancestors(const struct change *change, int errnum)
{
	switch (change->kind) {
	case CHANGE_DETACH:
	case CHANGE_LINK_UPDATE:
	case CHANGE_LINK_DETACH:
		return false;
	default:
		return !errnum || errnum == EPERM;
	}
}

/* The kernel checks the first ancestor that is not empty. */
static void observe_take_ancestor(struct observed *observed, const struct ancestor *above)
{
	observe_fill(&observed->ancestor, &above->chain);
	memcpy(observed->ancestor_path, above->path, sizeof(above->path));
	observed->ancestors[0] = &observed->ancestor;
	observed->input.ancestors = observed->ancestors;
	observed->input.ancestor_count = 1;
}

/* True if the chain's own mode forbids the change, which needs no other reason then. */
static bool observe_own_mode_forbids(const struct observed *observed, const struct change *change)
{
	enum { MODES = KERNEL_OVERRIDE | KERNEL_MULTI };
	uint32_t asked = change_is_of_link(change) ? KERNEL_MULTI : change->flags & MODES;

	return observed->own.count && observed->own.mode != asked;
}

/* None of the visible ancestors has a program, and perhaps there are others. */
static void observe_above(struct observed *observed, const struct change *change, int errnum)
{
	uint32_t program;

	if (!ancestor_is_hidden(change->cgroup, change->session, change->type->number, &program))
		return;
	if (errnum)
		observed->modes = ask_modes(change, observed);
	observed->uncertain = observed->modes == -EOPNOTSUPP;
	observed->above = observed->modes == -EPERM ||
			  (errnum && observed->uncertain &&
			   !observe_own_mode_forbids(observed, change));
	if (!observed->above)
		return;
	observed->ancestor = (struct rules_chain){ .count = 1 };
	observed->ancestor.entries[0].program = program;
	observed->ancestors[0] = &observed->ancestor;
	observed->input.ancestors = observed->ancestors;
	observed->input.ancestor_count = 1;
}

static size_t parent_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

/* In a check of many steps the kernel was asked already for a cgroup with the same parent. */
static bool observe_knows_ancestors(const struct observed *observed, const struct change *change)
{
	const struct change_facts *facts = change->facts;
	size_t length = parent_length(change->cgroup->path);

	return facts && facts->allowed && facts->allowed_type == change->type &&
	       observed->is_multi && !observed->unreadable &&
	       length && length == parent_length(facts->allowed->path) &&
	       memcmp(change->cgroup->path, facts->allowed->path, length) == 0;
}

/* An answer of the kernel that allows the change spares the climb. */
static void observe_ask_modes(struct observed *observed, const struct change *change)
{
	if (observe_knows_ancestors(observed, change)) {
		observed->modes = 0;
		return;
	}
	observed->modes = ask_modes(change, observed);
	if (observed->modes || !change->facts)
		return;
	change->facts->allowed = change->cgroup;
	change->facts->allowed_type = change->type;
}

void observe_ancestors(struct observed *observed, const struct change *change, int errnum)
{
	struct ancestor above;

	observed->modes = -EOPNOTSUPP;
	if (!observe_needs_ancestors(change, errnum))
		return;
	if (!errnum)
		observe_ask_modes(observed, change);
	if (!observed->modes)
		return;
	ancestor_find(&above, change->session, change->cgroup, change->type->number, 0);
	observe_note_exhaustion(observed, above.errnum);
	if (above.found)
		observe_take_ancestor(observed, &above);
	else if (!observed->unreadable)
		observe_above(observed, change, errnum);
	snapshot_free(&above.chain);
}
