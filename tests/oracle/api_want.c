/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of an answer: sets of causes, the entries that a selector means, the input of the rules. */
#include "api_want.h"

#include <stdio.h>
#include <string.h>

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

const struct rules_chain *want_chain(const struct api_state *state, unsigned cgroup,
					  unsigned type)
{
	return &state->chains[cgroup][type];
}

const struct api_program *want_program(uint32_t id)
{
	for (unsigned i = 0; i < API_PROGRAMS; i++)
		if (world.programs[i].rules.id == id)
			return &world.programs[i];
	return NULL;
}

struct rules_program want_rules(uint32_t id)
{
	const struct api_program *program = want_program(id);

	return program ? program->rules : (struct rules_program){ 0 };
}

static void find_link(struct want_match *out, const struct api_state *state,
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
	const struct api_program *program = want_program(id);

	if (selector->kind == API_BY_NAME)
		return program && strcmp(program->name, named->name) == 0;
	return named->rules.id == id;
}

struct want_match want_match(const struct api_state *state, unsigned cgroup, unsigned type,
			     const struct api_selector *selector)
{
	const struct rules_chain *chain = want_chain(state, cgroup, type);
	struct want_match match = { .count = 0 };

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

size_t want_occurrences(const struct rules_chain *chain, uint32_t program)
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
		levels[count++] = want_chain(state, (unsigned)c, type);
	effective = rules_effective(ids, sizeof(ids) / sizeof(ids[0]), levels, count);
	for (size_t i = 0; i < effective; i++)
		if (fits(selector, ids[i]))
			return true;
	return false;
}

void want_absent(struct api_causes *out, const struct api_state *state, unsigned cgroup,
			unsigned type, const struct api_selector *selector,
			const struct want_match *match)
{
	if (selector->kind == API_BY_LINK) {
		api_add_cause(out, match->wrong);
		/* the kernel detaches the links of a removed cgroup later */
		if (match->wrong == CGSWAP_CAUSE_LINK_DETACHED)
			api_add_cause(out, CGSWAP_CAUSE_NOT_ATTACHED);
	} else if (selector->kind != API_BY_POSITION && runs_from_above(state, cgroup, type, selector))
		api_add_cause(out, CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR);
	else if (!want_chain(state, cgroup, type)->count)
		api_add_cause(out, CGSWAP_CAUSE_CHAIN_EMPTY);
	else
		api_add_cause(out, CGSWAP_CAUSE_NOT_ATTACHED);
}

void want_input(struct want_asked *asked, const struct api_state *state, unsigned cgroup,
		      unsigned type)
{
	size_t count = 0;

	for (int c = api_parents[cgroup]; c >= 0; c = api_parents[c])
		asked->ancestors[count++] = want_chain(state, (unsigned)c, type);
	asked->input = (struct rules_input){
		.kernel = &world.kernel,
		.target = state->gone[cgroup] ? RULES_CGROUP_GONE : RULES_CGROUP,
		.own = want_chain(state, cgroup, type),
		.ancestors = asked->ancestors,
		.ancestor_count = count,
	};
}

uint64_t want_revision(const struct api_state *state, unsigned cgroup, unsigned type,
			    unsigned revision)
{
	if (revision == API_ANY_REVISION)
		return 0;
	return want_chain(state, cgroup, type)->revision + (revision == API_WRONG_REVISION);
}

void want_program_type(struct api_causes *out, const struct rules_program *program,
			      uint32_t type)
{
	const struct attach_type *info = attach_type_by_number(type);

	if (program->type != info->program_type)
		api_add_cause(out, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
	else if ((info->bound || program->only_own_type) && program->attach_type != type)
		api_add_cause(out, CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH);
}

void want_also(struct api_causes *out, struct rules_answer answer)
{
	if (answer.errnum)
		api_add_cause(out, answer.cause);
}

bool want_unique(struct api_causes *out, const struct rules_chain *chain,
			const struct want_match *match)
{
	if (match->link || (match->count == 1 &&
			    want_occurrences(chain, chain->entries[match->positions[0]].program) == 1))
		return true;
	api_add_cause(out, CGSWAP_CAUSE_SELECTOR_AMBIGUOUS);
	return false;
}
