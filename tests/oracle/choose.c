/* SPDX-License-Identifier: BSD-2-Clause */
#include "choose.h"

enum { EGRESS = 1, NO_FLAG = 1 << 20 };

uint32_t roll(struct dice *dice, uint32_t sides)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (uint32_t)(((z ^ (z >> 31)) >> 32) * sides >> 32);
}

bool chance(struct dice *dice, unsigned percent)
{
	return roll(dice, 100) < percent;
}

struct ref ref(enum ref_kind kind, unsigned index)
{
	return (struct ref){ kind, index };
}

uint32_t any_attach_type(struct dice *dice, const struct fixture *fixture)
{
	return fixture->attach_types[roll(dice, (uint32_t)fixture->type_info_count)];
}

uint32_t choose_attach_type(struct dice *dice, const struct profile *profile, const struct fixture *fixture)
{
	uint32_t n = roll(dice, 1000);

	if (n < 4)
		return n ? NO_TYPE : UINT32_MAX;
	if (n < 40)
		return any_attach_type(dice, fixture);
	return profile->attach_types[n < 280];
}

struct ref bad_target(struct dice *dice)
{
	static const enum ref_kind bad[] = { REF_CLOSED, REF_MINUS_ONE, REF_FILE,
					     REF_MAP,    REF_PROGRAM,   REF_LINK,
					     REF_CGROUP, REF_DIRECTORY, REF_CGROUP_V1,
					     REF_PROCS,  REF_NONE };
	enum ref_kind kind = bad[roll(dice, sizeof(bad) / sizeof(bad[0]))];

	return ref(kind, kind == REF_CGROUP ? GONE : 0);
}

struct ref choose_target(struct dice *dice)
{
	return chance(dice, 3) ? bad_target(dice) : ref(REF_CGROUP, roll(dice, CGROUPS));
}

const struct view *view_of(const struct state *state, struct ref target, uint32_t attach_type)
{
	static const struct view nothing;

	if (target.kind != REF_CGROUP || target.index >= CGROUPS || attach_type >= TYPES)
		return &nothing;
	return &state->views[target.index][attach_type];
}

struct ref bad_program(struct dice *dice)
{
	static const enum ref_kind bad[] = { REF_CLOSED, REF_MINUS_ONE, REF_FILE,      REF_MAP,
					     REF_LINK,   REF_CGROUP,    REF_DIRECTORY, REF_NONE };

	return ref(bad[roll(dice, sizeof(bad) / sizeof(bad[0]))], 0);
}

/* A program that was loaded for the attach type, or any of the many of cgroup_skb. */
static struct ref fitting_program(struct dice *dice, const struct fixture *fixture, uint32_t attach_type)
{
	unsigned first = 0;

	while (first < fixture->program_count && fixture->specs[first].attach_type != attach_type)
		first++;
	if (first == fixture->program_count)
		first = 0;
	if (attach_type <= EGRESS && chance(dice, 30))
		return ref(REF_PROGRAM, fixture->first_filler - 4 +
						roll(dice, (uint32_t)(fixture->program_count -
								      fixture->first_filler + 4)));
	return ref(REF_PROGRAM, first + roll(dice, PLAIN_PROGRAMS));
}

struct ref choose_program(struct dice *dice, const struct fixture *fixture, uint32_t attach_type)
{
	uint32_t n = roll(dice, 100);

	if (n < 3)
		return bad_program(dice);
	if (n < 9)
		return ref(REF_PROGRAM, roll(dice, (uint32_t)fixture->program_count));
	return fitting_program(dice, fixture, attach_type);
}

struct ref attached_program(struct dice *dice, const struct fixture *fixture, const struct view *view,
			 uint32_t attach_type)
{
	if (!view->count || chance(dice, 15))
		return choose_program(dice, fixture, attach_type);
	return ref(REF_PROGRAM, view->programs[roll(dice, (uint32_t)view->count)]);
}

struct ref choose_link(struct dice *dice, const struct state *state, unsigned cgroup, uint32_t attach_type)
{
	unsigned fallback = roll(dice, LINKS);

	for (int i = 0; i < 12; i++) {
		unsigned slot = roll(dice, i < 8 ? 16 : LINKS);

		if (!state->slots[slot].open)
			continue;
		fallback = slot;
		if (state->slots[slot].cgroup == cgroup && state->slots[slot].attach_type == attach_type)
			break;
	}
	return ref(REF_LINK, fallback);
}

enum revision_kind choose_revision(struct dice *dice)
{
	uint32_t n = roll(dice, 100);

	if (n < 80)
		return REVISION_NONE;
	if (n < 92)
		return REVISION_RIGHT;
	return n < 96 ? REVISION_STALE : REVISION_FUTURE;
}

uint32_t any_flags(struct dice *dice)
{
	uint32_t n = roll(dice, 256);

	return (n & 0x7f) | (n & 0x80 ? KERNEL_LINK : 0) | (chance(dice, 10) ? NO_FLAG : 0);
}

uint32_t choose_mode(struct dice *dice, const struct profile *profile)
{
	uint32_t n = roll(dice, 100);

	if (n >= profile->modes)
		return KERNEL_MULTI;
	if (chance(dice, 10))
		return KERNEL_MULTI | KERNEL_OVERRIDE;
	return chance(dice, 50) ? KERNEL_OVERRIDE : 0;
}
