/* SPDX-License-Identifier: BSD-2-Clause */
/* The right answers of an add and of a commit. */
#include "api_inside.h"
#include "api_want.h"

#include <errno.h>

/* One replace of a plain entry, or an overwrite. */
static struct rules_answer ask_replace(struct api_state *state, const struct api_step *step,
				       uint32_t mode, uint32_t old, uint32_t new, bool preorder)
{
	struct rules_chain *own = &state->chains[step->cgroup][step->type];
	struct rules_request request = {
		.type = world.types[step->type],
		.flags = mode | (mode & KERNEL_MULTI ? KERNEL_REPLACE : 0) |
			 (preorder ? KERNEL_PREORDER : 0),
		.program = want_rules(new),
		.replaced = want_rules(old),
	};
	struct want_asked asked;

	want_input(&asked, state, step->cgroup, step->type);
	return rules_attach(&asked.input, &request, own);
}

static void want_link_safety(struct api_causes *out, const struct api_step *step, uint32_t old)
{
	const struct rules_program *new = &world.programs[step->program].rules;
	const struct attach_type *type = attach_type_by_number(world.types[step->type]);
	const struct api_program *held = want_program(old);

	if (new->type != type->program_type) {
		api_add_cause(out, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
		api_add_cause(out, CGSWAP_CAUSE_NONE);
	} else if (((type->bound || new->only_own_type) && new->attach_type != type->number) ||
		   (held && held->rules.storages != new->storages)) {
		api_add_cause(out, CGSWAP_CAUSE_UNSAFE_LINK_UPDATE);
	} else {
		api_add_cause(out, CGSWAP_CAUSE_NONE);
	}
}

void api_want_reason(struct api_causes *out, const struct api_state *state,
		     const struct api_step *step)
{
	struct api_state scratch = *state;
	struct rules_answer first;

	if (step->old.kind != API_BY_ID && step->old.kind != API_BY_FD)
		return;
	first = ask_replace(&scratch, step, KERNEL_MULTI,
			    world.programs[step->old.index].rules.id,
			    world.programs[step->program].rules.id, false);
	if (first.errnum && first.cause != CGSWAP_CAUSE_OWN_MODE_CONFLICT)
		api_add_cause(out, first.cause);
}

void api_want_add(struct api_causes *out, const struct api_state *state,
		  const struct api_step *step, struct api_bound *bound)
{
	const struct rules_chain *chain = want_chain(state, step->cgroup, step->type);
	struct want_match match = want_match(state, step->cgroup, step->type, &step->old);
	const struct rules_entry *entry;

	/* also for a chain that the library may not read */
	bound->mode = chain->count ? chain->mode : KERNEL_MULTI;
	if (state->gone[step->cgroup]) {
		api_add_cause(out, CGSWAP_CAUSE_CGROUP_GONE);
		api_add_cause(out, CGSWAP_CAUSE_CGROUP_NOT_FOUND);
		return;
	}
	if (step->revision == API_WRONG_REVISION) {
		api_add_cause(out, CGSWAP_CAUSE_REVISION_CHANGED);
		return;
	}
	if (!match.count) {
		want_absent(out, state, step->cgroup, step->type, &step->old, &match);
		api_want_reason(out, state, step);
		return;
	}
	if (!want_unique(out, chain, &match))
		return;
	entry = &chain->entries[match.positions[0]];
	bound->program = entry->program;
	bound->link = entry->link;
	if (!entry->link)
		api_add_cause(out, CGSWAP_CAUSE_NONE);
	else if (step->preorder)
		api_add_cause(out, CGSWAP_CAUSE_BAD_ARGUMENT);
	else
		want_link_safety(out, step, entry->program);
}

static size_t find_entry(const struct rules_chain *chain, uint32_t program, uint32_t link)
{
	size_t i = 0;

	while (i < chain->count && (link ? chain->entries[i].link != link
					 : chain->entries[i].link || chain->entries[i].program != program))
		i++;
	return i;
}

/* The update of a link depends neither on modes nor on the length. */
static struct rules_answer swap_link(struct rules_chain *chain, size_t at, uint32_t type,
				     const struct rules_program *new)
{
	if (new->type != attach_type_by_number(type)->program_type)
		return (struct rules_answer){ EINVAL, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH };
	chain->entries[at].program = new->id;
	chain->revision++;
	return (struct rules_answer){ 0, CGSWAP_CAUSE_NONE };
}

struct rules_answer api_swap(struct api_state *state, const struct api_step *step,
			     const struct api_bound *bound)
{
	struct rules_chain *chain = &state->chains[step->cgroup][step->type];
	size_t at = find_entry(chain, bound->program, bound->link);
	bool preorder;

	if (state->gone[step->cgroup])
		return (struct rules_answer){ ENOENT, CGSWAP_CAUSE_CGROUP_GONE };
	if (at == chain->count)
		return (struct rules_answer){ ENOENT, CGSWAP_CAUSE_LOST_RACE };
	if (bound->link) {
		if (chain->entries[at].program != bound->program)
			return (struct rules_answer){ EPERM, CGSWAP_CAUSE_LOST_RACE };
		return swap_link(chain, at, world.types[step->type],
				 &world.programs[step->program].rules);
	}
	preorder = step->preorder ? step->preorder == CGSWAP_PREORDER_YES
				  : chain->entries[at].preorder && (bound->mode & KERNEL_MULTI);
	return ask_replace(state, step, bound->mode, bound->program,
			   world.programs[step->program].rules.id, preorder);
}

bool api_swap_back(struct api_state *state, const struct api_step *step,
		   const struct api_bound *bound, bool old_preorder)
{
	struct rules_chain *chain = &state->chains[step->cgroup][step->type];
	uint32_t new = world.programs[step->program].rules.id;
	size_t at = find_entry(chain, new, bound->link);

	if (state->gone[step->cgroup] || at == chain->count || chain->entries[at].program != new)
		return false;
	if (!bound->link && chain->mode != bound->mode)
		return false;
	/* others may have done what forbids the way back */
	if (!bound->link)
		return !ask_replace(state, step, bound->mode, new, bound->program,
				    old_preorder && (bound->mode & KERNEL_MULTI))
				.errnum;
	chain->entries[at].program = bound->program;
	chain->revision++;
	return true;
}

/* A step whose entry others changed. Returns false if it can go on. */
static bool want_moved(struct api_causes *out, const struct api_state *state,
		       const struct api_operation *operation, const struct api_step *step,
		       const struct api_bound *bound)
{
	const struct rules_chain *chain = want_chain(state, step->cgroup, step->type);
	size_t at = find_entry(chain, bound->program, bound->link);
	bool gone = at == chain->count || chain->entries[at].program != bound->program;
	bool held = false;

	if (step->revision) {
		api_add_cause(out, CGSWAP_CAUSE_REVISION_CHANGED);
		/* the kernel looks at this before the revision */
		want_program_type(out, &world.programs[step->program].rules,
				  world.types[step->type]);
		if (!gone)
			return true;
	}
	if (gone && bound->link && at == chain->count) {
		api_add_cause(out, CGSWAP_CAUSE_LINK_DETACHED);
		return true;
	}
	for (size_t i = 0; i < chain->count; i++)
		held |= chain->entries[i].link && chain->entries[i].program == bound->program;
	if (gone && !bound->link && held)
		api_add_cause(out, CGSWAP_CAUSE_HELD_BY_LINK);
	/* the mode is another: the entry was taken off and attached again */
	if (!bound->link && chain->count && chain->mode != bound->mode) {
		api_add_cause(out, CGSWAP_CAUSE_OWN_MODE_CONFLICT);
		api_add_cause(out, CGSWAP_CAUSE_LOST_RACE);
		return true;
	}
	if (operation->once && !bound->link)
		api_add_cause(out, CGSWAP_CAUSE_LOST_RACE);
	/* an earlier step may have read the chain again, which is not a retry of this one */
	if (gone || (operation->once && operation->step_count == 1 && !operation->disabled &&
		     !bound->link)) {
		api_add_cause(out, CGSWAP_CAUSE_LOST_RACE);
		/* the kernel looks at this before the revision */
		if (!gone)
			want_program_type(out, &world.programs[step->program].rules,
					  world.types[step->type]);
		return true;
	}
	return false;
}

/*
 * An earlier step attaches the program that this one is bound to: then its entry is that of a link
 * which the library could not see, or others have taken it off.
 */
static bool want_taken(struct api_causes *out, const struct api_state *state,
		       const struct api_operation *operation, const struct api_bound *bound,
		       unsigned index)
{
	const struct api_step *step = &operation->steps[index];
	uint32_t old = bound[index].program;

	for (unsigned i = 0; i < index; i++) {
		const struct api_step *earlier = &operation->steps[i];

		if (earlier->cgroup != step->cgroup || earlier->type != step->type ||
		    bound[i].link || bound[index].link || bound[i].program == old ||
		    world.programs[earlier->program].rules.id != old)
			continue;
		api_add_cause(out, want_occurrences(want_chain(state, step->cgroup, step->type),
						    old) > 1
					   ? CGSWAP_CAUSE_HELD_BY_LINK
					   : CGSWAP_CAUSE_LOST_RACE);
		return true;
	}
	return false;
}

void api_want_commit(struct api_causes *out, const struct api_state *state,
		     const struct api_operation *operation, const struct api_bound *bound,
		     struct api_state *after)
{
	*after = *state;
	for (unsigned i = 0; i < operation->step_count; i++) {
		const struct api_step *step = &operation->steps[i];
		struct rules_answer answer;
		struct api_state seen;

		if (after->gone[step->cgroup]) {
			api_add_cause(out, CGSWAP_CAUSE_CGROUP_GONE);
			want_program_type(out, &world.programs[step->program].rules,
					  world.types[step->type]);
			/* the kernel updates a link of it for a moment longer, without effect */
			if (!bound[i].link || !operation->verify_off)
				return;
			continue;
		}
		if (want_taken(out, after, operation, bound, i))
			return;
		if ((bound[i].moved || bound[i].perhaps_moved) &&
		    want_moved(out, after, operation, step, &bound[i]) && !bound[i].perhaps_moved)
			return;
		answer = api_swap(after, step, &bound[i]);
		if (answer.errnum) {
			api_add_cause(out, answer.cause);
			if (operation->inside &&
			    answer.cause == CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE) {
				seen = api_inside_view(after);
				want_also(out, api_swap(&seen, step, &bound[i]));
			}
			return;
		}
	}
	api_add_cause(out, CGSWAP_CAUSE_NONE);
}
