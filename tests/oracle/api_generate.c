/* SPDX-License-Identifier: BSD-2-Clause */
/* Random operations for the API's oracle, mostly such that can succeed in the present state. */
#include "api.h"

#include "api_inside.h"
#include "choose.h"

#include <string.h>

static uint8_t any(struct dice *dice, unsigned sides)
{
	return (uint8_t)roll(dice, sides);
}

/* A program that is in the chain, if the dice says so; otherwise mostly one that fits. */
static uint8_t some_program(struct dice *dice, unsigned cgroup, unsigned type, unsigned attached)
{
	const struct rules_chain *chain = &world.state.chains[cgroup][type];
	uint32_t id;

	if (!chain->count || !chance(dice, attached)) {
		if (chance(dice, 15))
			return any(dice, API_VARIED);
		return type ? (uint8_t)(5 + roll(dice, 4)) : any(dice, 5);
	}
	id = chain->entries[roll(dice, (uint32_t)chain->count)].program;
	for (unsigned i = 0; i < API_PROGRAMS; i++)
		if (world.programs[i].rules.id == id)
			return (uint8_t)i;
	return 0;
}

static uint8_t some_link(struct dice *dice, unsigned cgroup, unsigned type)
{
	const struct rules_chain *chain = &world.state.chains[cgroup][type];

	for (size_t i = 0; i < chain->count && !chance(dice, 20); i++)
		for (unsigned slot = 0; slot < API_LINKS; slot++)
			if (chain->entries[i].link && chain->entries[i].link == world.state.links[slot] &&
			    chance(dice, 60))
				return (uint8_t)slot;
	return any(dice, API_LINKS);
}

static struct api_selector some_selector(struct dice *dice, unsigned cgroup, unsigned type)
{
	struct api_selector selector = { .kind = any(dice, API_SELECTORS) };

	if (selector.kind == API_BY_LINK)
		selector.index = some_link(dice, cgroup, type);
	else if (selector.kind == API_BY_POSITION)
		selector.index = any(dice, 1 + (unsigned)world.state.chains[cgroup][type].count +
						   chance(dice, 10));
	else
		selector.index = some_program(dice, cgroup, type, 85);
	return selector;
}

static struct api_foreign some_foreign(struct dice *dice, unsigned cgroup, unsigned type)
{
	static const uint8_t kinds[] = {
		FOREIGN_ATTACH, FOREIGN_ATTACH, FOREIGN_ATTACH, FOREIGN_DETACH, FOREIGN_DETACH,
		FOREIGN_REPLACE, FOREIGN_REPLACE, FOREIGN_LINK, FOREIGN_LINK, FOREIGN_LINK_UPDATE,
		FOREIGN_LINK_END, FOREIGN_CLEAR, FOREIGN_REMOVE,
	};
	struct api_foreign foreign = { .kind = kinds[roll(dice, sizeof(kinds))] };

	if (chance(dice, 1))
		foreign.kind = FOREIGN_FILL;
	foreign.cgroup = (uint8_t)cgroup;
	foreign.type = (uint8_t)type;
	foreign.program = some_program(dice, cgroup, type, foreign.kind == FOREIGN_DETACH ? 95 : 15);
	foreign.other = some_program(dice, cgroup, type, 95);
	foreign.slot = foreign.kind == FOREIGN_LINK ? any(dice, API_LINKS)
						    : some_link(dice, cgroup, type);
	/* an update to another storage would harm */
	if (foreign.kind == FOREIGN_LINK_UPDATE && world.programs[foreign.program].rules.storages)
		foreign.program = 0;
	foreign.flags = KERNEL_MULTI;
	if (chance(dice, 12))
		foreign.flags = any(dice, 2);
	if (chance(dice, 25))
		foreign.flags |= KERNEL_PREORDER;
	if (chance(dice, 25))
		foreign.flags |= KERNEL_BEFORE;
	return foreign;
}

static void some_chain(struct dice *dice, bool inside, uint8_t *cgroup, uint8_t *type)
{
	*cgroup = any(dice, API_CGROUPS);
	if (inside)
		*cgroup = api_inside_cgroup(*cgroup);
	*type = chance(dice, 30);
}

static void generate_replace(struct api_operation *out, struct dice *dice)
{
	out->step_count = chance(dice, 60) ? 1 : (uint8_t)(1 + roll(dice, API_STEPS));
	out->once = chance(dice, 15);
	out->verify_off = chance(dice, 15);
	out->dry_run = chance(dice, 15);
	for (unsigned i = 0; i < out->step_count; i++) {
		struct api_step *step = &out->steps[i];

		some_chain(dice, out->inside, &step->cgroup, &step->type);
		if (i && chance(dice, 60)) {
			step->cgroup = out->steps[0].cgroup;
			step->type = out->steps[0].type;
		}
		step->program = some_program(dice, step->cgroup, step->type, 20);
		step->old = some_selector(dice, step->cgroup, step->type);
		step->preorder = chance(dice, 15) ? any(dice, 3) : 0;
		step->revision = chance(dice, 20) ? (uint8_t)(1 + chance(dice, 15)) : 0;
	}
	out->cgroup = out->steps[0].cgroup;
	out->type = out->steps[0].type;
}

void api_generate(struct api_operation *out, struct dice *dice)
{
	static const uint8_t kinds[] = { API_FOREIGN, API_FOREIGN, API_FOREIGN, API_ATTACH,
					 API_ATTACH, API_DETACH, API_REPLACE, API_REPLACE,
					 API_REPLACE };

	memset(out, 0, sizeof(*out));
	out->kind = kinds[roll(dice, sizeof(kinds))];
	out->inside = out->kind != API_FOREIGN && chance(dice, 12);
	some_chain(dice, out->inside, &out->cgroup, &out->type);
	if (out->kind == API_FOREIGN) {
		out->foreign = some_foreign(dice, out->cgroup, out->type);
		return;
	}
	if (chance(dice, 12))
		out->disabled = any(dice, api_disabled_count());
	if (chance(dice, 12))
		out->privilege = any(dice, API_PRIVILEGES);
	out->program = some_program(dice, out->cgroup, out->type, 15);
	out->mode = chance(dice, 15) ? any(dice, 4) : 0;
	out->by_link = chance(dice, 30);
	out->slot = any(dice, API_LINKS);
	out->preorder = chance(dice, 25) ? CGSWAP_PREORDER_YES : 0;
	out->side = chance(dice, 60) ? any(dice, 4) : 0;
	out->revision = chance(dice, 20) ? (uint8_t)(1 + chance(dice, 15)) : 0;
	out->selector = some_selector(dice, out->cgroup, out->type);
	if (out->kind == API_REPLACE)
		generate_replace(out, dice);
	if (chance(dice, 45)) {
		unsigned cgroup = chance(dice, out->inside ? 60 : 85) ? out->cgroup
								      : any(dice, API_CGROUPS);

		out->moment = (uint8_t)(1 + roll(dice, API_MOMENTS - 1));
		out->foreign = some_foreign(dice, cgroup, out->type);
		out->nth = (uint8_t)(1 + roll(dice, chance(dice, 50) ? 6 : 30));
	}
}
