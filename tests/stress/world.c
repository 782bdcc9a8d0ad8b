/* SPDX-License-Identifier: BSD-2-Clause */
#include "stress.h"

#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct stress_world stress_world;

static struct {
	pthread_mutex_t lock;
	void *handle;
} slots[STRESS_KINDS][STRESS_SLOTS];

/* splitmix64: each seed gives another sequence */
uint32_t stress_below(struct stress_random *random, uint32_t limit)
{
	uint64_t mixed = random->state += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((mixed ^ (mixed >> 31)) >> 32) % limit;
}

/* ---- chains ---------------------------------------------------------------------------------- */

static void attach(int cgroup, int program)
{
	if (raw_attach(cgroup, program, EGRESS, RAW_MULTI))
		bail_out("attach: %s", strerror(errno));
}

static void build_chain(int index)
{
	int cgroup = stress_world.cgroup[index].fd, *fixed = stress_world.fixed[index];

	prog_pass_many(EGRESS, "fixed", fixed, 3);
	for (int i = 0; i < 3; i++) {
		stress_world.fixed_id[index][i] = raw_prog_id(fixed[i]);
		attach(cgroup, fixed[i]);
		if (i < 2)
			attach(cgroup, stress_world.programs[i]);
	}
	stress_world.link[index] = raw_link_create(cgroup, stress_world.programs[2], EGRESS, 0);
	if (stress_world.link[index] < 0)
		bail_out("link: %s", strerror(errno));
}

void stress_world_build(void)
{
	static const char *const names[STRESS_CGROUPS] = { "one", "two", "three" };

	for (int kind = 0; kind < STRESS_KINDS; kind++)
		for (int i = 0; i < STRESS_SLOTS; i++)
			pthread_mutex_init(&slots[kind][i].lock, NULL);
	prog_pass_many(EGRESS, "p", stress_world.programs, STRESS_PROGRAMS);
	prog_pass_many(EGRESS, "extra", stress_world.extra, STRESS_EXTRA);
	stress_world.top = scratch_new("stress");
	for (int i = 0; i < STRESS_CGROUPS; i++) {
		stress_world.cgroup[i] = scratch_child(&stress_world.top, names[i]);
		build_chain(i);
	}
}

void stress_gone_path(char *path, size_t size, unsigned index)
{
	snprintf(path, size, "%s/gone%u", stress_world.top.path, index);
}

void stress_world_free(void)
{
	for (int i = 0; i < STRESS_CGROUPS; i++) {
		raw_close(stress_world.link[i]);
		scratch_remove(&stress_world.cgroup[i]);
		raw_close(stress_world.cgroup[i].fd);
		for (int j = 0; j < 3; j++)
			raw_close(stress_world.fixed[i][j]);
	}
	for (unsigned i = 0; i < 2; i++) {
		char path[600];

		stress_gone_path(path, sizeof(path), i);
		rmdir(path);
	}
	scratch_remove(&stress_world.top);
	raw_close(stress_world.top.fd);
	for (int i = 0; i < STRESS_PROGRAMS; i++)
		raw_close(stress_world.programs[i]);
	for (int i = 0; i < STRESS_EXTRA; i++)
		raw_close(stress_world.extra[i]);
}

const char *stress_world_check(int cgroup)
{
	struct raw_chain chain;

	if (raw_query(stress_world.cgroup[cgroup].fd, EGRESS, 0, &chain))
		return "the chain cannot be queried";
	if (chain.count < STRESS_BASE)
		return "an entry is missing";
	for (int i = 0; i < 3; i++)
		if (chain.ids[2 * i] != stress_world.fixed_id[cgroup][i])
			return "the order changed";
	return NULL;
}

/* ---- slots ----------------------------------------------------------------------------------- */

static void *ref(enum stress_kind kind, void *handle)
{
	switch (kind) {
	case STRESS_SESSION:
		return cgswap_session_ref(handle);
	case STRESS_CHAIN:
		return cgswap_chain_ref(handle);
	case STRESS_PROGRAM:
		return cgswap_program_ref(handle);
	default:
		return cgswap_replace_ref(handle);
	}
}

void stress_drop(enum stress_kind kind, void *handle)
{
	switch (kind) {
	case STRESS_SESSION:
		cgswap_session_unref(handle);
		break;
	case STRESS_CHAIN:
		cgswap_chain_unref(handle);
		break;
	case STRESS_PROGRAM:
		cgswap_program_unref(handle);
		break;
	default:
		cgswap_replace_unref(handle);
	}
}

void *stress_take(enum stress_kind kind, uint32_t slot)
{
	void *handle;

	pthread_mutex_lock(&slots[kind][slot].lock);
	handle = ref(kind, slots[kind][slot].handle);
	pthread_mutex_unlock(&slots[kind][slot].lock);
	return handle;
}

void stress_put(enum stress_kind kind, uint32_t slot, void *handle)
{
	void *before;

	pthread_mutex_lock(&slots[kind][slot].lock);
	before = slots[kind][slot].handle;
	slots[kind][slot].handle = handle;
	pthread_mutex_unlock(&slots[kind][slot].lock);
	stress_drop(kind, before);
}

void stress_slots_clear(void)
{
	for (int kind = STRESS_KINDS - 1; kind >= 0; kind--)
		for (uint32_t i = 0; i < STRESS_SLOTS; i++)
			stress_put((enum stress_kind)kind, i, NULL);
}
