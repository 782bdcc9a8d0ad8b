/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that a transaction loads share their new maps in groups. The group that is found by the maps
 * of the old programs is the one that a comparison with every program of every group would find, and
 * ten times as many distinct programs take at most ten times as many comparisons. The linker counts
 * these: it replaces load_key_relation() and strcmp().
 */
#include "load/load_group.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAPS = 4, FEW = 1000, MANY = 10000, ROUNDS = 3000, RANDOM = 24 };

static unsigned long comparisons;
static const struct program no_program;

enum load_relation __real_load_key_relation(const struct load_key *a, const struct load_key *b);
enum load_relation __wrap_load_key_relation(const struct load_key *a, const struct load_key *b);

enum load_relation __wrap_load_key_relation(const struct load_key *a, const struct load_key *b)
{
	comparisons++;
	return __real_load_key_relation(a, b);
}

int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);

int __wrap_strcmp(const char *a, const char *b)
{
	comparisons++;
	return __real_strcmp(a, b);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static struct load_key *key_new(void)
{
	struct load_key *key = calloc(1, sizeof(*key) + MAPS * sizeof(*key->maps));

	if (!key)
		bail_out("no memory");
	key->known = true;
	return key;
}

/* Ids of one key must ascend. */
static void key_add(struct load_key *key, uint32_t id, const char *name, enum map_kind kind)
{
	struct load_key_map *map = &key->maps[key->count++];

	map->id = id;
	map->kind = kind;
	map->naming = MAP_NAME_WHOLE;
	map->always_new = kind == MAP_READ_ONLY;
	snprintf(map->name, sizeof(map->name), "%s", name);
}

/* ---- by comparing all ------------------------------------------------------------------------ */

struct known {
	struct load_member member;
	const struct load_group *group;
};

static enum load_relation relation(const struct load_groups *groups, const struct known *known,
				   const struct load_member *member)
{
	const struct load_member *other = &known->member;

	if (other->file != member->file || other->new_maps != member->new_maps)
		return LOAD_RELATION_NONE;
	if (groups->one_set)
		return LOAD_RELATION_SURE;
	if (other->type == member->type && strcmp(other->name, member->name) == 0 &&
	    !load_key_same(other->key, member->key))
		return LOAD_RELATION_SEPARATE;
	return __real_load_key_relation(other->key, member->key);
}

static enum load_relation group_relation(const struct load_groups *groups,
					 const struct known *known, size_t count,
					 const struct load_group *group,
					 const struct load_member *member)
{
	enum load_relation strongest = LOAD_RELATION_NONE;

	for (size_t i = 0; i < count; i++) {
		enum load_relation found = LOAD_RELATION_NONE;

		if (known[i].group == group)
			found = relation(groups, &known[i], member);
		if (found > strongest)
			strongest = found;
	}
	return strongest;
}

/* True if an earlier program is of the group of this one. */
static bool is_repeated(const struct known *known, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (known[i].group == known[index].group)
			return true;
	return false;
}

static const struct load_group *find_by_all(const struct load_groups *groups,
					    const struct known *known, size_t count,
					    const struct load_member *member)
{
	enum load_relation strongest = LOAD_RELATION_NONE;
	const struct load_group *best = NULL;

	for (size_t i = 0; i < count; i++) {
		enum load_relation found;

		if (is_repeated(known, i))
			continue;
		found = group_relation(groups, known, count, known[i].group, member);
		if (found == LOAD_RELATION_NONE || found == LOAD_RELATION_SEPARATE ||
		    found < strongest)
			continue;
		best = found > strongest ? known[i].group : NULL;
		strongest = found;
	}
	return best;
}

/* ---- random programs ------------------------------------------------------------------------- */

static uint64_t seed = 1;

static unsigned below(unsigned limit)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % limit;
}

/* Few ids and names, so that all relations occur; an id always has the same name and kind. */
static struct load_key *random_key(void)
{
	static const char *const names[] = { "counts", "limits", "events" };
	struct load_key *key = key_new();

	key->known = below(8) != 0;
	for (uint32_t id = 1; id <= 12 && key->count < MAPS; id++) {
		bool data = id > 9;

		if (below(4) != 0)
			continue;
		if (key->known)
			key_add(key, id, data ? ".rodata" : names[id % 3],
				data ? MAP_READ_ONLY : MAP_ORDINARY);
		else
			key->maps[key->count++].id = id;
	}
	return key;
}

static struct load_member random_member(void)
{
	static const char *const names[] = { "in", "out" };

	/* only compared */
	return (struct load_member){ .file = (void *)(uintptr_t)(8 + 8 * (below(6) == 0)),
				     .type = attach_type_at(below(4) == 0),
				     .new_maps = below(6) == 0,
				     .name = names[below(2)],
				     .key = random_key() };
}

/* Returns the number of programs whose group is not the right one. */
static unsigned random_round(bool one_set, unsigned *joined)
{
	struct load_groups groups = { .one_set = one_set };
	struct known known[RANDOM];
	unsigned wrong = 0;

	for (size_t i = 0; i < RANDOM; i++) {
		struct load_member member = random_member();
		struct load_group *group = load_group_find(&groups, &member);

		wrong += group != find_by_all(&groups, known, i, &member);
		*joined += !!group;
		if (load_group_add(&groups, &group, &member, &no_program, NULL))
			bail_out("no memory");
		known[i] = (struct known){ member, group };
	}
	load_groups_free(&groups);
	for (size_t i = 0; i < RANDOM; i++)
		free((void *)known[i].member.key);
	return wrong;
}

static void finds_the_same(bool one_set)
{
	unsigned wrong = 0, joined = 0;

	for (int i = 0; i < ROUNDS; i++)
		wrong += random_round(one_set, &joined);
	is_int(wrong, 0, "%d random programs%s are in the right groups", ROUNDS * RANDOM,
	       one_set ? " with one set of maps" : "");
	ok(joined > ROUNDS, "%u of them have joined one", joined);
}

/* ---- growth ---------------------------------------------------------------------------------- */

/* The maps of an old program of a cgroup. */
typedef void fill_fn(struct load_key *key, uint32_t cgroup, size_t program);

static void fill_own(struct load_key *key, uint32_t cgroup, size_t program)
{
	(void)program;
	key_add(key, 10 + 2 * cgroup, "counts", MAP_ORDINARY);
	key_add(key, 11 + 2 * cgroup, ".rodata", MAP_READ_ONLY);
}

static void fill_shared_and_own(struct load_key *key, uint32_t cgroup, size_t program)
{
	key_add(key, 1, "limits", MAP_ORDINARY);
	fill_own(key, cgroup, program);
}

/* Both programs have the pinned map and the own one, and each has one that the other lacks. */
static void fill_pinned_and_own(struct load_key *key, uint32_t cgroup, size_t program)
{
	key_add(key, 1, "limits", MAP_ORDINARY);
	key_add(key, 10 + 3 * cgroup, "counts", MAP_ORDINARY);
	key_add(key, 11 + 3 * cgroup + program, program ? "sent" : "seen", MAP_ORDINARY);
}

static void fill_pinned_and_apart(struct load_key *key, uint32_t cgroup, size_t program)
{
	key_add(key, 1, "limits", MAP_ORDINARY);
	key_add(key, 10 + 2 * cgroup + program, program ? "sent" : "seen", MAP_ORDINARY);
}

static void fill_shared_and_own_data(struct load_key *key, uint32_t cgroup, size_t program)
{
	(void)program;
	key_add(key, 1, "limits", MAP_ORDINARY);
	key_add(key, 11 + cgroup, ".rodata", MAP_READ_ONLY);
}

static void fill_own_data(struct load_key *key, uint32_t cgroup, size_t program)
{
	(void)program;
	key_add(key, 11 + cgroup, ".rodata", MAP_READ_ONLY);
}

/* Returns 1 if the program is a new group. */
static size_t add_one(struct load_groups *groups, struct load_key **key, fill_fn *fill,
		      uint32_t cgroup, size_t program)
{
	static const char *const names[] = { "in", "out" };
	struct load_member member = { .type = attach_type_at(program), .name = names[program] };
	struct load_group *group;
	bool new;

	*key = key_new();
	fill(*key, cgroup, program);
	member.key = *key;
	group = load_group_find(groups, &member);
	new = !group;
	if (load_group_add(groups, &group, &member, &no_program, NULL))
		bail_out("no memory");
	return new;
}

/*
 * Adds programs of this many names for each cgroup, or, with by_name, all of one name before those of
 * the next one. Returns the number of groups.
 */
static size_t add_all(fill_fn *fill, uint32_t cgroups, size_t programs, bool by_name)
{
	size_t total = cgroups * programs, count = 0;
	struct load_key **keys = calloc(total, sizeof(*keys));
	struct load_groups groups = { 0 };

	for (size_t i = 0; keys && i < total; i++)
		count += add_one(&groups, &keys[i], fill, by_name ? i % cgroups : i / programs,
				 by_name ? i / cgroups : i % programs);
	load_groups_free(&groups);
	for (size_t i = 0; keys && i < total; i++)
		free(keys[i]);
	free(keys);
	return count;
}

static const struct {
	const char *name;
	fill_fn *fill;
	size_t programs;
	bool by_name;
	size_t groups; /* for MANY cgroups */
} growths[] = {
	{ "maps of their own", fill_own, 1, false, MANY },
	{ "maps of their own, two programs each", fill_own, 2, false, MANY },
	{ "a shared map and maps of their own", fill_shared_and_own, 1, false, MANY },
	{ "a shared map and maps of their own, two programs each", fill_shared_and_own, 2, false,
	  MANY },
	{ "a shared map and constants of their own", fill_shared_and_own_data, 1, false, 1 },
	{ "constants of their own", fill_own_data, 2, false, 1 },
	{ "a shared map and maps of their own, all first programs first", fill_pinned_and_own, 2,
	  true, MANY },
	{ "a shared map, and one for each of two programs", fill_pinned_and_apart, 2, false,
	  MANY },
	{ "the same, all first programs first", fill_pinned_and_apart, 2, true, 2 * MANY },
};

static void grows(size_t index)
{
	fill_fn *fill = growths[index].fill;
	size_t programs = growths[index].programs;
	bool by_name = growths[index].by_name;
	unsigned long few;

	comparisons = 0;
	add_all(fill, FEW, programs, by_name);
	few = comparisons;
	comparisons = 0;
	is_int(add_all(fill, MANY, programs, by_name), growths[index].groups, "%s: the groups",
	       growths[index].name);
	ok(comparisons <= 11 * few + 10, "%lu and %lu comparisons for %d and %d cgroups", few,
	   comparisons, FEW, MANY);
}

int main(void)
{
	finds_the_same(false);
	finds_the_same(true);
	for (size_t i = 0; i < sizeof(growths) / sizeof(*growths); i++)
		grows(i);
	return done_testing();
}
