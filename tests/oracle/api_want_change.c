/* SPDX-License-Identifier: BSD-2-Clause */
/* The right answers of an attach and of a detach. */
#include "api_inside.h"
#include "api_want.h"

#include <errno.h>

static bool is_multi(const struct api_operation *operation)
{
	return operation->mode == CGSWAP_MODE_DEFAULT || operation->mode == CGSWAP_MODE_MULTI;
}

/* Links can be listed: the library knows which entry has which. */
static bool sees_links(const struct api_operation *operation)
{
	return !api_is_disabled(operation, "link_id") &&
	       !(api_missing_capabilities(operation->privilege) >> 21 & 1);
}

/* named: the selector names the link itself. */
static bool accepts(const struct api_operation *operation, const struct rules_chain *chain,
		    size_t position, bool named)
{
	const struct rules_entry *entry = &chain->entries[position];
	bool single = want_occurrences(chain, entry->program) == 1;

	if (operation->by_link)
		return entry->link && (named || (single && sees_links(operation)));
	return !entry->link && single;
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
	const struct rules_chain *chain = want_chain(state, operation->cgroup, operation->type);
	struct want_match match = want_match(state, operation->cgroup, operation->type, &operation->selector);
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
	if (want_occurrences(chain, chain->entries[at].program) > 1) {
		api_add_cause(out, CGSWAP_CAUSE_SELECTOR_AMBIGUOUS);
		if (!match.link || !by_link)
			api_add_cause(out, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	}
	/* the end needs no anchor, and the kernel then takes none */
	if (!before && at + 1 == chain->count && api_is_disabled(operation, "ordering"))
		return true;
	if (accepts(operation, chain, at, match.link)) {
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
	if (!accepts(operation, chain, other, false)) {
		api_add_cause(out, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
		return false;
	}
	take_anchor(request, &chain->entries[other], by_link, before ? KERNEL_AFTER : KERNEL_BEFORE);
	return true;
}

static struct rules_answer ask_attach(const struct api_state *state,
				      const struct api_operation *operation,
				      const struct rules_request *request, struct rules_chain *after)
{
	struct want_asked asked;

	want_input(&asked, state, operation->cgroup, operation->type);
	return operation->by_link ? rules_link_create(&asked.input, request, after)
				  : rules_attach(&asked.input, request, after);
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
		.revision = want_revision(state, cgroup, type, operation->revision),
	};
	struct rules_answer answer;
	struct api_state seen;

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
	if (operation->side >= API_BEFORE && !want_beside(out, &request, state, operation)) {
		/* an anchor that seems to have no link is left to the kernel */
		if (operation->revision == API_WRONG_REVISION && !sees_links(operation))
			api_add_cause(out, CGSWAP_CAUSE_REVISION_CHANGED);
		return;
	}
	answer = ask_attach(state, operation, &request, &after->chains[cgroup][type]);
	api_add_cause(out, answer.cause);
	if (operation->inside && answer.cause == CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE) {
		seen = api_inside_view(state);
		answer = ask_attach(&seen, operation, &request, NULL);
		want_also(out, answer);
	}
}

void api_want_detach(struct api_causes *out, const struct api_state *state,
		     const struct api_operation *operation, struct api_state *after)
{
	unsigned cgroup = operation->cgroup, type = operation->type;
	struct want_match match = want_match(state, cgroup, type, &operation->selector);

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
	} else if (want_unique(out, want_chain(state, cgroup, type), &match)) {
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
	struct want_asked asked;

	want_input(&asked, state, cgroup, type);
	answer = rules_attach(&asked.input, &request, NULL);
	return answer.errnum == EPERM || answer.errnum == E2BIG;
}
