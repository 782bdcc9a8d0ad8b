/* SPDX-License-Identifier: BSD-2-Clause */
/* The row as values: what its descriptors are, put before the rules. */
#include "ways.h"

#include "../lib/tap.h"

#include <string.h>

enum { SOME_LINK = 0x7fff0000 }; /* the id of a link that is not made */

static struct rules_program program_of(struct ground *ground, const char *name)
{
	const struct thing *thing = ground_thing(ground, name ? name : "stdin");

	if (thing->kind == RULES_PROGRAM)
		return thing->program;
	return (struct rules_program){ .kind = thing->kind };
}

static struct rules_anchor anchor_of(struct ground *ground)
{
	const char *name = ground->row->anchor;
	const struct thing *thing;

	if (!name)
		return (struct rules_anchor){ 0 };
	if (!strcmp(name, "id:0") || !strcmp(name, "id:unknown"))
		return (struct rules_anchor){ .given = true, .unknown_id = true };
	thing = ground_thing(ground, strncmp(name, "id:", 3) ? name : name + 3);
	return (struct rules_anchor){
		.given = true,
		.kind = thing->kind,
		.id = thing->kind == RULES_LINK ? thing->link_id : thing->program.id,
	};
}

static struct rules_request request_of(struct ground *ground)
{
	const struct row *row = ground->row;

	return (struct rules_request){
		.type = ground->type,
		.flags = row->flags,
		.program = program_of(ground, row->program),
		.replaced = program_of(ground, row->old),
		.anchor = anchor_of(ground),
		.revision = ground_revision(ground),
		.link = row->call == LINK_CREATE ? SOME_LINK : 0,
	};
}

/* Where the link's entry is; the chain's length when it is nowhere. */
static size_t entry_of_link(const struct rules_chain *chain, uint32_t link)
{
	size_t i = 0;

	while (i < chain->count && (!link || chain->entries[i].link != link))
		i++;
	return i;
}

static bool is_severed(struct ground *ground, const struct thing *link)
{
	return ground->row->removed == LONG_REMOVED ||
	       entry_of_link(&ground->chain, link->link_id) == ground->chain.count;
}

static struct rules_answer update(struct ground *ground, const struct rules_kernel *kernel)
{
	const struct row *row = ground->row;
	const struct thing *link = ground_thing(ground, row->link);
	const struct rules_update request = {
		.flags = row->flags,
		.link = link->kind,
		.severed = is_severed(ground, link),
		.current = link->program,
		.program = program_of(ground, row->program),
		.old = program_of(ground, row->old),
		.old_given = row->old && strcmp(row->old, "stdin"),
	};
	struct rules_answer answer = rules_link_update(kernel, &request);
	size_t at = entry_of_link(&ground->chain, link->link_id);

	if (!answer.errnum && at < ground->chain.count) {
		ground->chain.entries[at].program = request.program.id;
		ground->chain.revision++;
	}
	return answer;
}

static struct rules_answer detach_link(struct ground *ground, const struct rules_kernel *kernel)
{
	const struct thing *link = ground_thing(ground, ground->row->link);
	struct rules_answer answer = rules_link_detach(kernel, link->kind);
	size_t at = entry_of_link(&ground->chain, link->link_id);

	if (!answer.errnum && at < ground->chain.count)
		rules_remove(&ground->chain, at);
	return answer;
}

struct rules_answer way_rules(struct ground *ground)
{
	struct rules_kernel kernel = ground_rules_kernel(ground);
	struct rules_input world = ground_world(ground, &kernel);
	struct rules_chain *chain = ground_chain(ground);
	const struct row *row = ground->row;
	struct rules_request request;

	switch (row->call) {
	case LINK_UPDATE:
		return update(ground, &kernel);
	case LINK_DETACH:
		return detach_link(ground, &kernel);
	case QUERY:
		return rules_query(&world, &(struct rules_query_request){
						   .type = ground->type,
						   .flags = row->query_flags,
						   .wants_ids = row->room > 0,
						   .wants_program_flags = row->program_flags,
						   .wants_links = row->link_arrays,
					   });
	case RAW:
		bail_out("%s: the rules know no raw calls", row->name);
	default:
		request = request_of(ground);
	}
	if (row->call == DETACH)
		return rules_detach(&world, &request, chain);
	if (row->call == LINK_CREATE)
		return rules_link_create(&world, &request, chain);
	return rules_attach(&world, &request, chain);
}
