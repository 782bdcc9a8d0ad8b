/* SPDX-License-Identifier: BSD-2-Clause */
#include "generate.h"

#include "cgswap.h"

enum { EGRESS = 1, XDP = 37 };

struct profile profile_new(struct dice *dice, const struct fixture *fixture)
{
	static const unsigned shrinks[] = { 5, 15, 30, 60 }, modes[] = { 0, 2, 20, 60 };
	struct profile profile = {
		.attach_types = { any_attach_type(dice, fixture), any_attach_type(dice, fixture) },
		.modes = modes[roll(dice, 4)],
		.shrink = shrinks[roll(dice, 4)],
		.links = roll(dice, 30),
		.preorder = roll(dice, 3) * 25,
	};

	/* prefer the attach type with the most programs, and one that shares programs with it */
	if (chance(dice, 40))
		profile.attach_types[0] = EGRESS;
	if (chance(dice, 20))
		profile.attach_types[1] = 0;
	profile.fills = profile.attach_types[0] <= EGRESS && chance(dice, 20);
	if (profile.fills)
		profile.modes = 0;
	return profile;
}

static void choose_anchor(struct dice *dice, struct operation *operation, const struct fixture *fixture,
			  const struct state *state, const struct view *view)
{
	bool by_link = operation->flags & KERNEL_LINK;
	uint32_t n = roll(dice, 100);

	if (n < 25)
		return;
	if (chance(dice, 45))
		operation->flags |= KERNEL_ID;
	if (n < 32)
		operation->anchor = chance(dice, 30) ? ref(REF_UNKNOWN_ID, 0) : bad_program(dice);
	else if (n < 36 ? !by_link : by_link)
		operation->anchor = choose_link(dice, state, operation->target.index,
						operation->attach_type);
	else
		operation->anchor = attached_program(dice, fixture, view, operation->attach_type);
}

static void choose_position(struct dice *dice, struct operation *operation, const struct fixture *fixture,
			 const struct state *state, const struct view *view)
{
	uint32_t n = roll(dice, 100);

	if (n < 48)
		operation->flags |= KERNEL_BEFORE;
	else if (n < 96)
		operation->flags |= KERNEL_AFTER;
	else if (n < 98)
		operation->flags |= KERNEL_BEFORE | KERNEL_AFTER;
	if (chance(dice, operation->kind == OP_LINK_CREATE ? 60 : 5))
		operation->flags |= KERNEL_LINK;
	choose_anchor(dice, operation, fixture, state, view);
}

static void choose_replace(struct dice *dice, struct operation *operation,
			   const struct fixture *fixture, const struct view *view)
{
	operation->flags |= KERNEL_REPLACE;
	operation->replaced = attached_program(dice, fixture, view, operation->attach_type);
	if (chance(dice, 15))
		operation->program = operation->replaced;
	else if (chance(dice, 10))
		operation->program = attached_program(dice, fixture, view, operation->attach_type);
}

static void make_attach(struct dice *dice, struct operation *operation, const struct profile *profile,
			const struct fixture *fixture, const struct state *state, const struct view *view)
{
	operation->program = choose_program(dice, fixture, operation->attach_type);
	operation->revision = choose_revision(dice);
	operation->flags = choose_mode(dice, profile);
	if (chance(dice, 30))
		choose_replace(dice, operation, fixture, view);
	else if (chance(dice, 5))
		operation->replaced = choose_program(dice, fixture, operation->attach_type);
	if (chance(dice, operation->flags & KERNEL_REPLACE ? 4 : 35))
		choose_position(dice, operation, fixture, state, view);
	if (chance(dice, profile->preorder))
		operation->flags |= KERNEL_PREORDER;
	if (chance(dice, 3))
		operation->flags = any_flags(dice);
}

static void make_link_create(struct dice *dice, struct operation *operation,
			     const struct profile *profile, const struct fixture *fixture,
			     const struct state *state, const struct view *view)
{
	operation->program = chance(dice, 20) ? attached_program(dice, fixture, view, operation->attach_type)
					      : choose_program(dice, fixture, operation->attach_type);
	operation->link = ref(REF_LINK, roll(dice, profile->fills ? LINKS : 16));
	operation->revision = choose_revision(dice);
	if (chance(dice, 45))
		choose_position(dice, operation, fixture, state, view);
	if (chance(dice, profile->preorder))
		operation->flags |= KERNEL_PREORDER;
	if (chance(dice, 3))
		operation->flags = any_flags(dice);
}

static void make_detach(struct dice *dice, struct operation *operation, const struct fixture *fixture,
			const struct view *view)
{
	operation->program = chance(dice, 75) ? attached_program(dice, fixture, view, operation->attach_type)
					      : choose_program(dice, fixture, operation->attach_type);
	operation->revision = choose_revision(dice);
	if (chance(dice, 2))
		operation->flags = any_flags(dice);
	if (chance(dice, 1))
		operation->anchor = choose_program(dice, fixture, operation->attach_type);
}

static void make_link_update(struct dice *dice, struct operation *operation,
			     const struct fixture *fixture, const struct state *state)
{
	const struct slot *slot;

	operation->link = choose_link(dice, state, operation->target.index, operation->attach_type);
	slot = &state->slots[operation->link.index];
	if (chance(dice, 4))
		operation->link = bad_program(dice);
	else if (chance(dice, 2))
		operation->link = choose_program(dice, fixture, operation->attach_type);
	operation->program = choose_program(dice, fixture, slot->open ? slot->attach_type : operation->attach_type);
	if (chance(dice, 50)) {
		operation->flags = KERNEL_REPLACE;
		operation->replaced = chance(dice, 70)
					      ? ref(REF_PROGRAM, slot->program)
					      : choose_program(dice, fixture, operation->attach_type);
	} else if (chance(dice, 5)) {
		operation->replaced = choose_program(dice, fixture, operation->attach_type);
	}
	if (chance(dice, 3))
		operation->flags = any_flags(dice);
}

static void make_query(struct dice *dice, struct operation *operation)
{
	if (chance(dice, 3))
		operation->attach_type = XDP;
	operation->flags = chance(dice, 40) ? KERNEL_QUERY_EFFECTIVE : 0;
	if (chance(dice, 4))
		operation->flags = 1U << roll(dice, 8);
	operation->capacity = chance(dice, 60) ? roll(dice, 6) : EFFECTIVE_MAX;
	operation->wants_flags = chance(dice, 20);
	operation->wants_links = chance(dice, 10);
}

/* Chooses a rare operation, since the running kernel is slow at it. */
static bool make_rare(struct dice *dice, struct operation *operation, const struct fixture *fixture)
{
	uint32_t n = roll(dice, 20000);

	if (n == 0) {
		operation->kind = OP_RECREATE;
		operation->target = ref(REF_CGROUP, 2 + roll(dice, 3));
		return true;
	}
	if (n < 10) {
		operation->kind = OP_RELOAD;
		operation->program = ref(REF_PROGRAM, roll(dice, (uint32_t)fixture->program_count));
		return true;
	}
	return false;
}

static enum operation_kind choose_kind(struct dice *dice, const struct profile *profile)
{
	const struct {
		unsigned weight;
		enum operation_kind kind;
	} kinds[] = {
		{ 60, OP_ATTACH },
		{ profile->shrink, OP_DETACH },
		{ profile->links, OP_LINK_CREATE },
		{ profile->links / 2, OP_LINK_UPDATE },
		{ profile->links * profile->shrink / 200 + 1, OP_LINK_DETACH },
		{ profile->links * profile->shrink / 100 + 1, OP_LINK_CLOSE },
		{ 8, OP_QUERY },
		{ profile->fills ? 4 : 0, OP_FILL },
	};
	unsigned total = 0, n;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		total += kinds[i].weight;
	n = roll(dice, total);
	for (i = 0; n >= kinds[i].weight; i++)
		n -= kinds[i].weight;
	return kinds[i].kind;
}

/* Adds several errors at once: the one that is reported shows the order of the kernel's checks. */
static void spoil(struct dice *dice, struct operation *operation)
{
	if (chance(dice, 35))
		operation->target = bad_target(dice);
	if (chance(dice, 35))
		operation->program = bad_program(dice);
	if (chance(dice, 35))
		operation->replaced = bad_program(dice);
	if (chance(dice, 20))
		operation->anchor = bad_program(dice);
	if (chance(dice, 20) && operation->kind != OP_LINK_CREATE &&
	    operation->kind != OP_LINK_CLOSE)
		operation->link = bad_program(dice);
	if (chance(dice, 35))
		operation->flags = any_flags(dice);
	if (chance(dice, 35))
		operation->revision = REVISION_FUTURE;
	if (chance(dice, 10))
		operation->attach_type = NO_TYPE;
}

struct operation generate(struct dice *dice, const struct profile *profile, const struct fixture *fixture,
			  const struct state *state)
{
	struct operation operation = { .kind = OP_ATTACH };
	const struct view *view;

	if (make_rare(dice, &operation, fixture))
		return operation;
	operation.kind = choose_kind(dice, profile);
	operation.target = choose_target(dice);
	operation.attach_type = choose_attach_type(dice, profile, fixture);
	view = view_of(state, operation.target, operation.attach_type);
	switch (operation.kind) {
	case OP_ATTACH:
		make_attach(dice, &operation, profile, fixture, state, view);
		break;
	case OP_DETACH:
		make_detach(dice, &operation, fixture, view);
		break;
	case OP_LINK_CREATE:
		make_link_create(dice, &operation, profile, fixture, state, view);
		break;
	case OP_LINK_UPDATE:
		make_link_update(dice, &operation, fixture, state);
		break;
	case OP_QUERY:
		make_query(dice, &operation);
		break;
	case OP_FILL:
		operation.capacity = 58 + roll(dice, 8) - (unsigned)view->count;
		if (operation.capacity > KERNEL_CHAIN_MAX)
			operation.capacity = 0;
		break;
	default:
		operation.link = choose_link(dice, state, operation.target.index, operation.attach_type);
		if (operation.kind == OP_LINK_DETACH && chance(dice, 10))
			operation.link = bad_program(dice);
		break;
	}
	if (operation.kind != OP_FILL && chance(dice, 3))
		spoil(dice, &operation);
	/* PROG_DETACH does not have this field, which older kernels require to be 0 */
	if (operation.kind == OP_DETACH &&
	    (fixture->disable_features & (1U << CGSWAP_FEATURE_EXPECTED_REVISION)))
		operation.replaced = ref(REF_NONE, 0);
	return operation;
}
