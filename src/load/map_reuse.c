/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan: matches the maps of the object with the maps of the old program. */
#include "load/map_reuse.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/policy.h"
#include "load/map_reuse_internal.h"
#include "object/needed_maps.h"
#include "object/prog_array.h"
#include "object/select_program.h"

static const char NEW_BY_POLICY[] = "new: requested by the map policy";
static const char NEW_READ_ONLY[] = "new: read-only data";

static enum cgswap_status map_reuse_apply(struct map_reuse *reuse, size_t index)
{
	struct map_reuse_map *map = &reuse->maps[index];
	const char *reason = "new: the old program has no such map";

	if (map->choice)
		return map_reuse_choose(reuse, index);
	if (map->filled)
		return map_reuse_fill(reuse, index);
	if (reuse->request.maps == CGSWAP_MAPS_NEW && !map_reuse_keeps_array(reuse, index)) {
		map->reason = map->reason ? map->reason : NEW_BY_POLICY;
		return CGSWAP_OK;
	}
	switch (reuse->matches[index].verdict) {
	case MAP_SAME:
		return map_reuse_use_old(reuse, index);
	case MAP_INCOMPATIBLE:
		return map_reuse_error_changed(reuse, index);
	case MAP_AMBIGUOUS:
		return map_reuse_error_ambiguous(reuse, index);
	case MAP_UNKNOWN:
		return map_reuse_error_unknown(reuse, index);
	case MAP_IS_READ_ONLY:
		reason = NEW_READ_ONLY;
		break;
	case MAP_UNSHARED:
		reason = "new: a map of this type cannot be shared";
		break;
	case MAP_NO_MATCH:
		break;
	}
	/* a map found by its pin already has its reason */
	if (!map->reason)
		map->reason = reason;
	return CGSWAP_OK;
}

/* A pinned map is known by its id: the name need not match. */
static void map_reuse_match_pin(struct map_reuse *reuse, size_t index)
{
	const struct map_reuse_map *map = &reuse->maps[index];

	for (size_t i = 0; map->pinned >= 0 && i < reuse->old_maps.count; i++)
		if (reuse->old_maps.ids[i] == map->pinned_id)
			reuse->matches[index] = (struct map_match){ .verdict = MAP_SAME, .old = i };
}

/* Plans an object whose maps cannot be old ones, whatever the old program has; or false. */
static bool map_reuse_plan_without_old(struct map_reuse *reuse)
{
	if (reuse->request.maps == CGSWAP_MAPS_REQUIRE)
		return false;
	for (size_t i = 0; i < reuse->count; i++)
		if (reuse->views[i].kind != MAP_READ_ONLY || reuse->maps[i].choice)
			return false;
	for (size_t i = 0; i < reuse->count; i++)
		reuse->maps[i].reason = NEW_READ_ONLY;
	return true;
}

static enum cgswap_status map_reuse_plan_old(struct map_reuse *reuse)
{
	int err = program_maps_try_open(&reuse->old_maps, reuse->request.old, reuse->request.btfs);
	enum cgswap_status status;

	if (policy_may_deny(reuse->request.kernel, err) && map_reuse_plan_without_old(reuse))
		return CGSWAP_OK;
	if (err)
		return map_reuse_error_old_maps(reuse, err);
	status = map_reuse_add_olds(reuse);
	if (!status)
		status = map_reuse_read_slots(reuse);
	if (status)
		return status;
	map_match(reuse->matches, reuse->views, reuse->count, reuse->old_maps.maps,
		  reuse->old_maps.count, reuse->cpus);
	for (size_t i = 0; i < reuse->count && !status; i++) {
		map_reuse_match_pin(reuse, i);
		status = map_reuse_apply(reuse, i);
	}
	return status;
}

static enum cgswap_status map_reuse_plan_new(struct map_reuse *reuse)
{
	const char *reason = reuse->request.old ? NEW_BY_POLICY : "new: no old program was given";

	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++)
		if (reuse->maps[i].choice)
			status = map_reuse_choose(reuse, i);
		else if (!reuse->maps[i].reason)
			reuse->maps[i].reason = reason;
	return status;
}

static void map_reuse_begin(struct map_reuse *out, const struct load_request *request)
{
	out->request = *request;
	out->object = NULL;
	out->program = NULL;
	program_maps_begin(&out->old_maps);
	out->cpus = 0;
	out->count = 0;
	out->maps = NULL;
	out->views = NULL;
	out->matches = NULL;
	out->kmaps = NULL;
	out->slot_programs = NULL;
	out->slot_program_count = 0;
	out->others = NULL;
	out->indirect = NULL;
	out->loaded = out->pin_taken = false;
}

enum cgswap_status map_reuse_plan(struct map_reuse *out, const struct load_request *request)
{
	enum cgswap_status status;

	map_reuse_begin(out, request);
	status = object_open(&out->object, request->file, request->path);
	if (!status)
		status = select_program(&out->program, out->object, request->path, request->program,
					request->type);
	if (!status)
		status = needed_maps_select(out->object, request->file);
	if (!status)
		status = prog_array_prepare(out->object, request->file, request->path,
					    request->type);
	if (!status)
		status = map_reuse_read_maps(out);
	if (!status)
		status = map_reuse_take_choices(out);
	if (status)
		return status;
	map_reuse_read_arrays(out);
	status = map_reuse_open_pins(out);
	if (status)
		return status;
	if (request->old && (request->maps != CGSWAP_MAPS_NEW || map_reuse_has_arrays(out) ||
			     map_reuse_chooses_old(out)))
		return map_reuse_plan_old(out);
	return map_reuse_plan_new(out);
}

static void map_reuse_close_made(const struct map_reuse *reuse, size_t index)
{
	struct kernel *kernel = reuse->request.kernel;
	int fd = reuse->kmaps[index].made;

	/* any other array ends here, or its pin holds it */
	if (reuse->loaded && !reuse->maps[index].pin &&
	    reuse->views[index].spec.type == BPF_MAP_TYPE_PROG_ARRAY)
		map_fd_give_up(kernel, fd);
	else
		kernel->ops->close(kernel, fd);
}

void map_reuse_end(struct map_reuse *reuse)
{
	struct kernel *kernel = reuse->request.kernel;

	for (size_t i = 0; i < reuse->count; i++) {
		if (reuse->maps[i].pinned >= 0)
			kernel->ops->close(kernel, reuse->maps[i].pinned);
		if (reuse->maps[i].by_pin >= 0)
			kernel->ops->close(kernel, reuse->maps[i].by_pin);
		map_fd_close(reuse->maps[i].by_id);
		map_fd_close(reuse->maps[i].borrowed);
		if (reuse->kmaps[i].made >= 0)
			map_reuse_close_made(reuse, i);
		free(reuse->maps[i].pin);
	}
	free(reuse->maps);
	free(reuse->views);
	free(reuse->matches);
	free(reuse->kmaps);
	program_maps_close(&reuse->old_maps);
	map_reuse_free_slots(reuse);
	indirect_maps_free(reuse->indirect);
	bpf_object__close(reuse->object);
}
