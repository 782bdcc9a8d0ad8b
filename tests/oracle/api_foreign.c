/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes by others: on the running kernel, and the same in values. */
#include "api_world.h"

#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"

#include <errno.h>
#include <unistd.h>

/* Other processes, which list all links, may hold a closed one for a moment. */
void api_end_link(unsigned slot)
{
	uint32_t fd = (uint32_t)world.links[slot];

	if (world.links[slot] < 0)
		return;
	raw_bpf(BPF_LINK_DETACH, &fd, sizeof(fd));
	raw_close(world.links[slot]);
	world.links[slot] = -1;
}

void api_clear_chain(int cgroup, uint32_t type)
{
	struct raw_chain chain;

	if (raw_query(cgroup, type, 0, &chain))
		return;
	for (uint32_t i = 0; i < chain.count; i++) {
		int fd = raw_prog_open(chain.ids[i]);

		if (fd < 0)
			continue;
		raw_detach(cgroup, fd, type);
		raw_close(fd);
	}
}

static bool is_leaf(unsigned cgroup)
{
	return cgroup >= 2;
}

static int errnum_of(int result)
{
	return result < 0 ? errno : 0;
}

static int fill_chain(int cgroup, uint32_t type)
{
	for (unsigned i = API_VARIED; i < API_PROGRAMS; i++)
		if (raw_attach(cgroup, world.programs[i].fd, type, RAW_MULTI) && errno == E2BIG)
			break;
	return 0;
}

static struct api_result do_link(const struct api_foreign *foreign)
{
	int fd;

	if (world.links[foreign->slot] >= 0)
		return (struct api_result){ EBUSY, 0 };
	fd = raw_link_create(world.cgroups[foreign->cgroup], world.programs[foreign->program].fd,
			     world.types[foreign->type], foreign->flags & RAW_PREORDER);
	if (fd < 0)
		return (struct api_result){ errno, 0 };
	world.links[foreign->slot] = fd;
	return (struct api_result){ 0, raw_link_id(fd) };
}

struct api_result api_foreign_do(const struct api_foreign *foreign)
{
	int cgroup = world.cgroups[foreign->cgroup];
	uint32_t type = world.types[foreign->type], mode = foreign->flags & 3;
	int program = world.programs[foreign->program].fd;
	struct raw_attach attach = {
		.target_fd = (uint32_t)cgroup,
		.attach_bpf_fd = (uint32_t)program,
		.attach_type = type,
	};

	switch (foreign->kind) {
	case FOREIGN_ATTACH:
		attach.attach_flags = mode | (foreign->flags & (RAW_PREORDER | RAW_BEFORE));
		return (struct api_result){ errnum_of(raw_attach_with(&attach)), 0 };
	case FOREIGN_DETACH:
		return (struct api_result){ errnum_of(raw_detach(cgroup, program, type)), 0 };
	case FOREIGN_REPLACE:
		attach.attach_flags = RAW_MULTI | RAW_REPLACE | (foreign->flags & RAW_PREORDER);
		attach.replace_bpf_fd = (uint32_t)world.programs[foreign->other].fd;
		return (struct api_result){ errnum_of(raw_attach_with(&attach)), 0 };
	case FOREIGN_LINK:
		return do_link(foreign);
	case FOREIGN_LINK_UPDATE:
		if (world.links[foreign->slot] < 0)
			return (struct api_result){ EBUSY, 0 };
		return (struct api_result){
			errnum_of(raw_link_update(world.links[foreign->slot], program)), 0
		};
	case FOREIGN_LINK_END:
		api_end_link(foreign->slot);
		return (struct api_result){ 0, 0 };
	case FOREIGN_FILL:
		return (struct api_result){ fill_chain(cgroup, type), 0 };
	case FOREIGN_CLEAR:
		api_clear_chain(cgroup, type);
		return (struct api_result){ 0, 0 };
	case FOREIGN_REMOVE:
		/* it fails while an add has a child cgroup there to find the preorder */
		if (is_leaf(foreign->cgroup) && rmdir(world.paths[foreign->cgroup]))
			return (struct api_result){ errno, 0 };
		return (struct api_result){ 0, 0 };
	default:
		return (struct api_result){ 0, 0 };
	}
}

/* ---- the same in values ---------------------------------------------------------------------- */

static int note_request(struct api_state *state, const struct api_foreign *foreign,
			struct rules_request request, uint32_t link)
{
	struct api_levels levels = api_levels_of(state, foreign->cgroup, foreign->type);
	struct rules_chain *own = &state->chains[foreign->cgroup][foreign->type];
	const struct rules_input input = {
		.kernel = &world.kernel,
		.target = state->gone[foreign->cgroup] ? RULES_CGROUP_GONE : RULES_CGROUP,
		.own = own,
		.ancestors = levels.chains + 1,
		.ancestor_count = levels.count - 1,
	};

	request.type = world.types[foreign->type];
	request.program = world.programs[foreign->program].rules;
	request.link = link;
	if (foreign->kind == FOREIGN_DETACH)
		return rules_detach(&input, &request, own).errnum;
	if (foreign->kind == FOREIGN_LINK)
		return rules_link_create(&input, &request, own).errnum;
	return rules_attach(&input, &request, own).errnum;
}

static struct rules_entry *entry_of_link(struct api_state *state, uint32_t link,
					 struct rules_chain **chain)
{
	for (unsigned c = 0; link && c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++)
			for (size_t i = 0; i < state->chains[c][t].count; i++)
				if (state->chains[c][t].entries[i].link == link) {
					*chain = &state->chains[c][t];
					return &state->chains[c][t].entries[i];
				}
	return NULL;
}

static void note_fill(struct api_state *state, const struct api_foreign *foreign)
{
	struct api_foreign one = *foreign;

	one.kind = FOREIGN_ATTACH;
	for (unsigned i = API_VARIED; i < API_PROGRAMS; i++) {
		one.program = (uint8_t)i;
		if (note_request(state, &one, (struct rules_request){ .flags = KERNEL_MULTI }, 0) == E2BIG)
			break;
	}
}

static void note_clear(struct rules_chain *chain)
{
	for (size_t i = 0; i < chain->count;)
		if (chain->entries[i].link)
			i++;
		else
			rules_remove(chain, i);
}

static bool note_update(struct api_state *state, const struct api_foreign *foreign, int errnum)
{
	struct rules_chain *chain;
	struct rules_entry *entry = entry_of_link(state, state->links[foreign->slot], &chain);

	if (!state->links[foreign->slot])
		return errnum == EBUSY;
	/* it may be the link of a removed cgroup, which the kernel detaches later */
	if (!entry)
		return true;
	if (errnum)
		return errnum == EINVAL;
	entry->program = world.programs[foreign->program].rules.id;
	chain->revision++;
	return true;
}

static void note_remove(struct api_state *state, unsigned cgroup)
{
	state->gone[cgroup] = true;
	for (unsigned t = 0; t < API_TYPES; t++)
		state->chains[cgroup][t].count = 0;
}

bool api_foreign_note(struct api_state *state, const struct api_foreign *foreign,
		      const struct api_result *result)
{
	struct rules_request request = { .flags = 0 };
	struct rules_chain *chain;
	struct rules_entry *entry;

	switch (foreign->kind) {
	case FOREIGN_ATTACH:
		request.flags = (foreign->flags & 3) | (foreign->flags & (KERNEL_PREORDER | KERNEL_BEFORE));
		return note_request(state, foreign, request, 0) == result->errnum;
	case FOREIGN_DETACH:
		return note_request(state, foreign, request, 0) == result->errnum;
	case FOREIGN_REPLACE:
		request.flags = KERNEL_MULTI | KERNEL_REPLACE | (foreign->flags & KERNEL_PREORDER);
		request.replaced = world.programs[foreign->other].rules;
		return note_request(state, foreign, request, 0) == result->errnum;
	case FOREIGN_LINK:
		if (state->links[foreign->slot])
			return result->errnum == EBUSY;
		request.flags = foreign->flags & KERNEL_PREORDER;
		if (!result->errnum)
			state->links[foreign->slot] = result->link;
		return note_request(state, foreign, request, result->link ? result->link : 1) ==
		       result->errnum;
	case FOREIGN_LINK_UPDATE:
		return note_update(state, foreign, result->errnum);
	case FOREIGN_LINK_END:
		entry = entry_of_link(state, state->links[foreign->slot], &chain);
		if (entry)
			rules_remove(chain, (size_t)(entry - chain->entries));
		state->links[foreign->slot] = 0;
		return true;
	case FOREIGN_FILL:
		note_fill(state, foreign);
		return true;
	case FOREIGN_CLEAR:
		if (!state->gone[foreign->cgroup])
			note_clear(&state->chains[foreign->cgroup][foreign->type]);
		return true;
	case FOREIGN_REMOVE:
		if (result->errnum)
			return true;
		if (is_leaf(foreign->cgroup))
			note_remove(state, foreign->cgroup);
		return true;
	default:
		return true;
	}
}

bool api_foreign_touches(const struct api_foreign *foreign, unsigned cgroup, unsigned type)
{
	switch (foreign->kind) {
	case FOREIGN_NONE:
		return false;
	case FOREIGN_LINK_UPDATE:
	case FOREIGN_LINK_END:
		return true;
	case FOREIGN_REMOVE:
		return foreign->cgroup == cgroup;
	default:
		return foreign->cgroup == cgroup && foreign->type == type;
	}
}
