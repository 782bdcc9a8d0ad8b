/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps whose timers end with this process. The kernel cancels the timers of a map with its last
 * descriptor and pin, and starts no more; a program does not count.
 */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "kernel/errno_error.h"
#include "load/map_reuse_internal.h"
#include "program/map_pin.h"

struct timers_search {
	uint32_t map_id;
	bool found;
};

enum { FOUND = 1 };

static int timers_visit_holder(const struct kernel_holder *holder, void *user)
{
	struct timers_search *search = user;

	/* a process that cannot be read may have the map open */
	search->found = !holder->own && (holder->errnum || holder->map_id == search->map_id);
	return search->found ? FOUND : 0;
}

/* Finds out if a map is pinned, or open in another process, or if that cannot be known. */
static enum cgswap_status timers_find_holder(bool *held, struct map_reuse *reuse, size_t index)
{
	const struct load_request *request = &reuse->request;
	const struct kernel_ops *ops = request->kernel->ops;
	struct timers_search search = { .map_id = reuse->maps[index].id };
	char path[4096];
	int err = -ENOENT;

	*held = true;
	if (*request->bpffs)
		err = map_pin_search(path, sizeof(path), request->kernel, request->bpffs,
				     search.map_id);
	if (err == -ENOENT) {
		err = ops->holder_each(request->kernel, timers_visit_holder, &search);
		*held = err || search.found || !ops->sees_all_processes(request->kernel);
	}
	if (err >= 0 || !error_is_exhaustion(err))
		return CGSWAP_OK;
	return error_from_errno(request->kernel, 0, -err,
				"the holders of map '%.100s'{map} cannot be searched for",
				reuse->maps[index].name);
}

static void timers_note(struct map_reuse_map *map, const char *what)
{
	char reason[200];

	snprintf(reason, sizeof(reason), "%s", map->reason);
	snprintf(map->counted, sizeof(map->counted),
		 "%s; %s, so its timers end with this process: pin it by its name", reason, what);
	map->reason = map->counted;
	map->timers_end = true;
}

/* A map that is to be pinned by its name is left to its pin. */
enum cgswap_status map_reuse_note_timers(struct map_reuse *reuse)
{
	enum cgswap_status status;
	bool held;

	for (size_t i = 0; i < reuse->count; i++) {
		struct map_reuse_map *map = &reuse->maps[i];

		if (!map->timers || map->pin)
			continue;
		if (reuse->kmaps[i].use < 0) {
			timers_note(map, "nothing holds it open");
			continue;
		}
		status = timers_find_holder(&held, reuse, i);
		if (status)
			return status;
		if (!held)
			timers_note(map, "no pin and no other process holds it open");
	}
	return CGSWAP_OK;
}
