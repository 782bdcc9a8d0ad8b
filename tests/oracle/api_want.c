/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The right answers: what the library's documentation and the kernel's rules say for a state that is
 * known in full. It reads no chain, and shares only the rules with the library.
 */
#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- sets ------------------------------------------------------------------------------------ */

void api_add_cause(struct api_causes *set, enum cgswap_cause cause)
{
	set->bits[cause / 64] |= 1ULL << (cause % 64);
}

bool api_has_cause(const struct api_causes *set, enum cgswap_cause cause)
{
	return set->bits[cause / 64] >> (cause % 64) & 1;
}

void api_join_causes(struct api_causes *set, const struct api_causes *other)
{
	set->bits[0] |= other->bits[0];
	set->bits[1] |= other->bits[1];
}

const char *api_causes_text(const struct api_causes *set)
{
	static char text[600];
	size_t length = 0;

	text[0] = '\0';
	for (int i = 0; i < 128 && length < sizeof(text); i++)
		if (api_has_cause(set, (enum cgswap_cause)i))
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
						   length ? " " : "",
						   i ? cgswap_cause_get_name((enum cgswap_cause)i)
						     : "ok");
	return text;
}

/* ---- selectors ------------------------------------------------------------------------------- */

struct match {
	size_t positions[KERNEL_CHAIN_MAX], count;
	uint32_t link;           /* the selector names it */
	enum cgswap_cause wrong; /* the selector itself */
};

static const struct rules_chain *chain_of(const struct api_state *state, unsigned cgroup,
					  unsigned type)
{
	return &state->chains[cgroup][type];
}

static const struct api_program *program_by_id(uint32_t id)
{
	for (unsigned i = 0; i < API_PROGRAMS; i++)
		if (world.programs[i].rules.id == id)
			return &world.programs[i];
	return NULL;
}

static void find_link(struct match *out, const struct api_state *state,
		      const struct rules_chain *chain, uint32_t link)
{
	out->link = link;
	if (!link) {
		out->wrong = CGSWAP_CAUSE_NOT_A_LINK;
		return;
	}
	for (size_t i = 0; i < chain->count; i++)
		if (chain->entries[i].link == link)
			out->positions[out->count++] = i;
	if (out->count)
		return;
	out->wrong = CGSWAP_CAUSE_LINK_DETACHED;
	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++)
			for (size_t i = 0; i < state->chains[c][t].count; i++)
				if (state->chains[c][t].entries[i].link == link)
					out->wrong = CGSWAP_CAUSE_NOT_ATTACHED;
}

static bool fits(const struct api_selector *selector, uint32_t id)
{
	const struct api_program *named = &world.programs[selector->index];
	const struct api_program *program = program_by_id(id);

	if (selector->kind == API_BY_NAME)
		return program && strcmp(program->name, named->name) == 0;
	return named->rules.id == id;
}

static struct match match_of(const struct api_state *state, unsigned cgroup, unsigned type,
			     const struct api_selector *selector)
{
	const struct rules_chain *chain = chain_of(state, cgroup, type);
	struct match match = { .count = 0 };

	if (selector->kind == API_BY_LINK) {
		find_link(&match, state, chain, state->links[selector->index]);
		return match;
	}
	for (size_t i = 0; i < chain->count; i++)
		if (selector->kind == API_BY_POSITION ? i == selector->index
						      : fits(selector, chain->entries[i].program))
			match.positions[match.count++] = i;
	return match;
}

static size_t occurrences(const struct rules_chain *chain, uint32_t program)
{
	size_t count = 0;

	for (size_t i = 0; i < chain->count; i++)
		count += chain->entries[i].program == program;
	return count;
}

static bool runs_from_above(const struct api_state *state, unsigned cgroup, unsigned type,
			    const struct api_selector *selector)
{
	const struct rules_chain *levels[API_CGROUPS];
	uint32_t ids[API_CGROUPS * KERNEL_CHAIN_MAX];
	size_t count = 0, effective;

	for (int c = (int)cgroup; c >= 0; c = api_parents[c])
		levels[count++] = chain_of(state, (unsigned)c, type);
	effective = rules_effective(ids, sizeof(ids) / sizeof(ids[0]), levels, count);
	for (size_t i = 0; i < effective; i++)
		if (fits(selector, ids[i]))
			return true;
	return false;
}

static void want_absent(struct api_causes *out, const struct api_state *state, unsigned cgroup,
			unsigned type, const struct api_selector *selector,
			const struct match *match)
{
	if (selector->kind == API_BY_LINK) {
		api_add_cause(out, match->wrong);
		/* the kernel detaches the links of a removed cgroup later */
		if (match->wrong == CGSWAP_CAUSE_LINK_DETACHED)
			api_add_cause(out, CGSWAP_CAUSE_NOT_ATTACHED);
	} else if (selector->kind != API_BY_POSITION && runs_from_above(state, cgroup, type, selector))
		api_add_cause(out, CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR);
	else if (!chain_of(state, cgroup, type)->count)
		api_add_cause(out, CGSWAP_CAUSE_CHAIN_EMPTY);
	else
		api_add_cause(out, CGSWAP_CAUSE_NOT_ATTACHED);
}

/* ---- the rules ------------------------------------------------------------------------------- */

struct asked {
	struct rules_input input;
	const struct rules_chain *ancestors[API_CGROUPS];
};

static void ask_input(struct asked *asked, const struct api_state *state, unsigned cgroup,
		      unsigned type)
{
	size_t count = 0;

	for (int c = api_parents[cgroup]; c >= 0; c = api_parents[c])
		asked->ancestors[count++] = chain_of(state, (unsigned)c, type);
	asked->input = (struct rules_input){
		.kernel = &world.kernel,
		.target = state->gone[cgroup] ? RULES_CGROUP_GONE : RULES_CGROUP,
		.own = chain_of(state, cgroup, type),
		.ancestors = asked->ancestors,
		.ancestor_count = count,
	};
}

static uint64_t revision_of(const struct api_state *state, unsigned cgroup, unsigned type,
			    unsigned revision)
{
	if (revision == API_ANY_REVISION)
		return 0;
	return chain_of(state, cgroup, type)->revision + (revision == API_WRONG_REVISION);
}

/* ---- attach ---------------------------------------------------------------------------------- */

static bool is_multi(const struct api_operation *operation)
{
	return operation->mode == CGSWAP_MODE_DEFAULT || operation->mode == CGSWAP_MODE_MULTI;
}

static bool accepts(const struct rules_chain *chain, size_t position, bool by_link)
{
	const struct rules_entry *entry = &chain->entries[position];

	return by_link ? entry->link != 0
		       : !entry->link && occurrences(chain, entry->program) == 1;
}

static void take_anchor(struct rules_request *request, const struct rules_entry *entry, bool by_link,
			uint32_t side)
{
	request->flags |= side | KERNEL_ID | (by_link ? KERNEL_LINK : 0);
	request->anchor = (struct rules_anchor){
		.given = true,
		.kind = by_link ? RULES_LINK : RULES_PROGRAM,
		.id = by_link ? entry->link : entry->program,
	};
}

/* Places the request beside the anchor. Returns false if a cause was added instead. */
static bool want_beside(struct api_causes *out, struct rules_request *request,
			const struct api_state *state, const struct api_operation *operation)
{
	const struct rules_chain *chain = chain_of(state, operation->cgroup, operation->type);
	struct match match = match_of(state, operation->cgroup, operation->type, &operation->selector);
	bool by_link = operation->by_link, before = operation->side == API_BEFORE;
	size_t at = match.positions[0], other;

	if (match.wrong && match.wrong != CGSWAP_CAUSE_NOT_ATTACHED) {
		api_add_cause(out, match.wrong);
		if (match.wrong == CGSWAP_CAUSE_LINK_DETACHED)
			api_add_cause(out, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
		return false;
	}
	if (!match.count) {
		api_add_cause(out, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
		return false;
	}
	if (match.count > 1) {
		api_add_cause(out, CGSWAP_CAUSE_SELECTOR_AMBIGUOUS);
		return false;
	}
	/* a query does not say which of two entries of a program is the link's */
	if (occurrences(chain, chain->entries[at].program) > 1) {
		api_add_cause(out, CGSWAP_CAUSE_SELECTOR_AMBIGUOUS);
		if (!match.link || !by_link)
			api_add_cause(out, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	}
	if (accepts(chain, at, by_link)) {
		take_anchor(request, &chain->entries[at], by_link,
			    before ? KERNEL_BEFORE : KERNEL_AFTER);
		return true;
	}
	if (before && at == 0) {
		request->flags |= KERNEL_BEFORE;
		return true;
	}
	if (!before && at + 1 == chain->count)
		return true;
	other = before ? at - 1 : at + 1;
	/* the library cannot see which entry of such a program has the link */
	if (!accepts(chain, other, by_link)) {
		api_add_cause(out, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
		return false;
	}
	if (occurrences(chain, chain->entries[other].program) > 1)
		api_add_cause(out, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	take_anchor(request, &chain->entries[other], by_link, before ? KERNEL_AFTER : KERNEL_BEFORE);
	return true;
}

static void want_program_type(struct api_causes *out, const struct rules_program *program,
			      uint32_t type)
{
	const struct attach_type *info = attach_type_by_number(type);

	if (program->type != info->program_type)
		api_add_cause(out, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
	else if ((info->bound || program->only_own_type) && program->attach_type != type)
		api_add_cause(out, CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH);
}

void api_want_attach(struct api_causes *out, const struct api_state *state,
		     const struct api_operation *operation, struct api_state *after)
{
	unsigned cgroup = operation->cgroup, type = operation->type;
	const struct rules_program *program = &world.programs[operation->program].rules;
	struct rules_request request = {
		.type = world.types[type],
		.program = *program,
		.link = operation->by_link ? UINT32_MAX : 0,
		.revision = revision_of(state, cgroup, type, operation->revision),
	};
	struct rules_answer answer;
	struct asked asked;

	*after = *state;
	if (operation->by_link && !is_multi(operation)) {
		api_add_cause(out, CGSWAP_CAUSE_MODE_FLAGS_CONFLICT);
		return;
	}
	if (operation->side && !is_multi(operation)) {
		api_add_cause(out, CGSWAP_CAUSE_POSITION_CONFLICT);
		return;
	}
	if (state->gone[cgroup]) {
		api_add_cause(out, CGSWAP_CAUSE_CGROUP_GONE);
		want_program_type(out, program, world.types[type]);
		return;
	}
	if (!operation->by_link && is_multi(operation))
		request.flags |= KERNEL_MULTI;
	if (operation->mode == CGSWAP_MODE_OVERRIDE)
		request.flags |= KERNEL_OVERRIDE;
	if (operation->preorder == CGSWAP_PREORDER_YES)
		request.flags |= KERNEL_PREORDER;
	if (operation->side == API_FIRST)
		request.flags |= KERNEL_BEFORE;
	if (operation->side >= API_BEFORE && !want_beside(out, &request, state, operation))
		return;
	ask_input(&asked, state, cgroup, type);
	answer = operation->by_link ? rules_link_create(&asked.input, &request, &after->chains[cgroup][type])
				    : rules_attach(&asked.input, &request, &after->chains[cgroup][type]);
	api_add_cause(out, answer.cause);
}

/* ---- detach ---------------------------------------------------------------------------------- */

/* Without a link, the program of the entry must have one entry only. */
static bool want_unique(struct api_causes *out, const struct rules_chain *chain,
			const struct match *match)
{
	if (match->link || (match->count == 1 &&
			    occurrences(chain, chain->entries[match->positions[0]].program) == 1))
		return true;
	api_add_cause(out, CGSWAP_CAUSE_SELECTOR_AMBIGUOUS);
	return false;
}

void api_want_detach(struct api_causes *out, const struct api_state *state,
		     const struct api_operation *operation, struct api_state *after)
{
	unsigned cgroup = operation->cgroup, type = operation->type;
	struct match match = match_of(state, cgroup, type, &operation->selector);

	*after = *state;
	if (state->gone[cgroup])
		api_add_cause(out, CGSWAP_CAUSE_CGROUP_GONE);
	else if (operation->revision == API_WRONG_REVISION)
		api_add_cause(out, CGSWAP_CAUSE_REVISION_CHANGED);
	else if (!match.count) {
		want_absent(out, state, cgroup, type, &operation->selector, &match);
		/* the kernel says that first */
		if (operation->selector.kind == API_BY_ID || operation->selector.kind == API_BY_FD)
			want_program_type(out, &world.programs[operation->selector.index].rules,
					  world.types[type]);
	} else if (want_unique(out, chain_of(state, cgroup, type), &match)) {
		rules_remove(&after->chains[cgroup][type], match.positions[0]);
		api_add_cause(out, CGSWAP_CAUSE_NONE);
	}
}

bool api_is_forbidden(const struct api_state *state, unsigned cgroup, unsigned type)
{
	const struct rules_request request = {
		.type = world.types[type],
		.flags = KERNEL_MULTI,
		.program = world.programs[type ? 5 : 0].rules,
	};
	struct rules_answer answer;
	struct asked asked;

	ask_input(&asked, state, cgroup, type);
	answer = rules_attach(&asked.input, &request, NULL);
	return answer.errnum == EPERM || answer.errnum == E2BIG;
}

/* ---- replace --------------------------------------------------------------------------------- */

static struct rules_answer ask_replace(struct api_state *state, const struct api_step *step,
				       uint32_t mode, uint32_t old, bool preorder)
{
	struct rules_chain *own = &state->chains[step->cgroup][step->type];
	const struct api_program *replaced = program_by_id(old);
	struct rules_request request = {
		.type = world.types[step->type],
		.flags = mode | (mode & KERNEL_MULTI ? KERNEL_REPLACE : 0) |
			 (preorder ? KERNEL_PREORDER : 0),
		.program = world.programs[step->program].rules,
		.replaced = replaced ? replaced->rules : (struct rules_program){ 0 },
	};
	struct asked asked;

	ask_input(&asked, state, step->cgroup, step->type);
	return rules_attach(&asked.input, &request, own);
}

static void want_link_safety(struct api_causes *out, const struct api_step *step, uint32_t old)
{
	const struct rules_program *new = &world.programs[step->program].rules;
	const struct attach_type *type = attach_type_by_number(world.types[step->type]);
	const struct api_program *held = program_by_id(old);

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

void api_want_add(struct api_causes *out, const struct api_state *state,
		  const struct api_step *step, struct api_bound *bound)
{
	const struct rules_chain *chain = chain_of(state, step->cgroup, step->type);
	struct match match = match_of(state, step->cgroup, step->type, &step->old);
	struct api_state scratch;
	const struct rules_entry *entry;
	struct rules_answer first;

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
		if (step->old.kind != API_BY_ID && step->old.kind != API_BY_FD)
			return;
		/* the kernel may have another reason, which comes first */
		scratch = *state;
		first = ask_replace(&scratch, step, KERNEL_MULTI,
				    world.programs[step->old.index].rules.id, false);
		if (first.errnum && first.cause != CGSWAP_CAUSE_OWN_MODE_CONFLICT)
			api_add_cause(out, first.cause);
		return;
	}
	if (!want_unique(out, chain, &match))
		return;
	entry = &chain->entries[match.positions[0]];
	bound->program = entry->program;
	bound->link = entry->link;
	bound->mode = chain->mode;
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
	return ask_replace(state, step, bound->mode, bound->program, preorder);
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
	chain->entries[at].program = bound->program;
	if (!bound->link && (bound->mode & KERNEL_MULTI))
		chain->entries[at].preorder = old_preorder;
	if (!(bound->mode & KERNEL_MULTI) && !bound->link)
		chain->entries[at].preorder = false;
	chain->revision++;
	return true;
}

/* A step whose entry others changed. Returns false if it can go on. */
static bool want_moved(struct api_causes *out, const struct api_state *state,
		       const struct api_operation *operation, const struct api_step *step,
		       const struct api_bound *bound)
{
	const struct rules_chain *chain = chain_of(state, step->cgroup, step->type);
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

void api_want_commit(struct api_causes *out, const struct api_state *state,
		     const struct api_operation *operation, const struct api_bound *bound,
		     struct api_state *after)
{
	*after = *state;
	for (unsigned i = 0; i < operation->step_count; i++) {
		const struct api_step *step = &operation->steps[i];
		struct rules_answer answer;

		if (after->gone[step->cgroup]) {
			api_add_cause(out, CGSWAP_CAUSE_CGROUP_GONE);
			want_program_type(out, &world.programs[step->program].rules,
					  world.types[step->type]);
			/* the kernel updates a link of it for a moment longer, without effect */
			if (!bound[i].link || !operation->verify_off)
				return;
			continue;
		}
		if ((bound[i].moved || bound[i].perhaps_moved) &&
		    want_moved(out, after, operation, step, &bound[i]) && !bound[i].perhaps_moved)
			return;
		answer = api_swap(after, step, &bound[i]);
		if (answer.errnum) {
			api_add_cause(out, answer.cause);
			return;
		}
	}
	api_add_cause(out, CGSWAP_CAUSE_NONE);
}
