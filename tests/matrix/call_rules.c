/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the rules about the row's call. */
#include "calls.h"

#include "../lib/tap.h"

#include <string.h>

enum { SOME_LINK = 0x7fff0000 }; /* an unused link id */

static struct rules_program program_of(struct fixture *fixture, const char *name)
{
	const struct fixture_object *object = fixture_object(fixture, name ? name : "stdin");

	if (object->kind == RULES_PROGRAM)
		return object->program;
	return (struct rules_program){ .kind = object->kind };
}

static struct rules_anchor anchor_of(struct fixture *fixture)
{
	const char *name = fixture->row->anchor;
	const struct fixture_object *object;

	if (!name)
		return (struct rules_anchor){ 0 };
	if (!strcmp(name, "id:0") || !strcmp(name, "id:unknown"))
		return (struct rules_anchor){ .given = true, .unknown_id = true };
	object = fixture_object(fixture, strncmp(name, "id:", 3) ? name : name + 3);
	return (struct rules_anchor){
		.given = true,
		.kind = object->kind,
		.id = object->kind == RULES_LINK ? object->link_id : object->program.id,
	};
}

static struct rules_request request_of(struct fixture *fixture)
{
	const struct row *row = fixture->row;

	return (struct rules_request){
		.type = fixture->type,
		.flags = row->flags,
		.program = program_of(fixture, row->program),
		.replaced = program_of(fixture, row->old),
		.anchor = anchor_of(fixture),
		.revision = fixture_revision(fixture),
		.link = row->call == LINK_CREATE ? SOME_LINK : 0,
	};
}

/* Returns the index of the link's entry, or the chain's length if it has none. */
static size_t entry_of_link(const struct rules_chain *chain, uint32_t link)
{
	size_t i = 0;

	while (i < chain->count && (!link || chain->entries[i].link != link))
		i++;
	return i;
}

static bool is_detached(struct fixture *fixture, const struct fixture_object *link)
{
	return fixture->row->removed == LONG_REMOVED ||
	       entry_of_link(&fixture->chain, link->link_id) == fixture->chain.count;
}

static struct rules_answer update(struct fixture *fixture, const struct rules_kernel *kernel)
{
	const struct row *row = fixture->row;
	const struct fixture_object *link = fixture_object(fixture, row->link);
	const struct rules_update request = {
		.flags = row->flags,
		.link = link->kind,
		.detached = is_detached(fixture, link),
		.current = link->program,
		.program = program_of(fixture, row->program),
		.old = program_of(fixture, row->old),
		.old_given = row->old && strcmp(row->old, "stdin"),
	};
	struct rules_answer answer = rules_link_update(kernel, &request);
	size_t at = entry_of_link(&fixture->chain, link->link_id);

	if (!answer.errnum && at < fixture->chain.count) {
		fixture->chain.entries[at].program = request.program.id;
		fixture->chain.revision++;
	}
	return answer;
}

static struct rules_answer detach_link(struct fixture *fixture, const struct rules_kernel *kernel)
{
	const struct fixture_object *link = fixture_object(fixture, fixture->row->link);
	struct rules_answer answer = rules_link_detach(kernel, link->kind);
	size_t at = entry_of_link(&fixture->chain, link->link_id);

	if (!answer.errnum && at < fixture->chain.count)
		rules_remove(&fixture->chain, at);
	return answer;
}

struct rules_answer call_rules(struct fixture *fixture)
{
	struct rules_kernel kernel = fixture_rules_kernel(fixture);
	struct rules_input input = fixture_rules_input(fixture, &kernel);
	struct rules_chain *chain = fixture_chain(fixture);
	const struct row *row = fixture->row;
	struct rules_request request;

	switch (row->call) {
	case LINK_UPDATE:
		return update(fixture, &kernel);
	case LINK_DETACH:
		return detach_link(fixture, &kernel);
	case QUERY:
		return rules_query(&input, &(struct rules_query_request){
						   .type = fixture->type,
						   .flags = row->query_flags,
						   .wants_ids = row->capacity > 0,
						   .wants_program_flags = row->program_flags,
						   .wants_links = row->link_arrays,
					   });
	case RAW:
		bail_out("%s: the rules do not cover raw calls", row->name);
	default:
		request = request_of(fixture);
	}
	if (row->call == DETACH)
		return rules_detach(&input, &request, chain);
	if (row->call == LINK_CREATE)
		return rules_link_create(&input, &request, chain);
	return rules_attach(&input, &request, chain);
}
