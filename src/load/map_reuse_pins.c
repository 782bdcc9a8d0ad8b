/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps that are pinned by their names: found before the program is loaded, and claimed after. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "load/map_reuse_internal.h"
#include "object/prog_array.h"
#include "kernel/errno_error.h"

/* ---- before loading -------------------------------------------------------------------------- */

static enum cgswap_status map_reuse_open_pin(const struct map_reuse *reuse,
					     struct map_reuse_map *map, struct kernel_map *info)
{
	struct kernel *kernel = reuse->request.kernel;
	int err, fd = kernel->ops->pin_open(kernel, map->pin);

	if (fd == -ENOENT) {
		fd = map_claim_open(kernel, map->pin);
		map->claimed = fd >= 0;
	}
	if (fd == -ENOENT)
		return CGSWAP_OK;
	if (fd < 0)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -fd,
					"the pin '%.400s'{pin} of map '%s'{map} cannot be opened",
					map->pin, map->name);
	map->pinned = fd;
	if (kernel->ops->kind(kernel, fd) != KERNEL_IS_MAP)
		return error_set(
			CGSWAP_CAUSE_PIN_EXISTS, 0,
			"'%.400s'{pin}, the pin path of map '%s'{map}, is not the pin of a map",
			map->pin, map->name);
	err = kernel->ops->map_info(kernel, fd, info);
	if (err)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
					"the map pinned at '%.400s'{pin} cannot be read", map->pin);
	map->pinned_id = info->id;
	return CGSWAP_OK;
}

/*
 * LIBBPF_PIN_BY_NAME: cgswap pins the map instead of libbpf, so that it can remove the pin again.
 */
static enum cgswap_status map_reuse_find_pin(struct map_reuse *reuse, size_t index)
{
	struct map_reuse_map *map = &reuse->maps[index];
	const struct map_view *view = &reuse->views[index];
	const struct load_request *request = &reuse->request;
	size_t size = strlen(request->bpffs) + strlen(map->name) + 2;
	enum cgswap_status status;
	struct kernel_map info;
	struct map_spec found;

	if (!bpf_map__pin_path(reuse->kmaps[index].map))
		return CGSWAP_OK;
	if (!*request->bpffs)
		return error_set(
			CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
			"map '%s'{map} of '%s'{path} must be pinned by its name, but no bpffs is "
			"mounted",
			map->name, request->path);
	if (strchr(map->name, '/'))
		return error_set(
			CGSWAP_CAUSE_OBJECT_REFUSED, 0,
			"map '%s'{map} of '%s'{path} must be pinned by its name, which is not a "
			"valid file name",
			map->name, request->path);
	map->pin = malloc(size);
	if (!map->pin || bpf_map__set_pin_path(reuse->kmaps[index].map, NULL))
		return error_no_memory();
	snprintf(map->pin, size, "%s/%s", request->bpffs, map->name);
	status = map_reuse_open_pin(reuse, map, &info);
	if (status || map->pinned < 0)
		return status;
	found = map_spec_of_kernel_map(&info);
	if (!map_spec_compatible(&view->spec, view->kind, &found, reuse->cpus))
		return map_reuse_error_pin_changed(reuse, index, &found);
	reuse->kmaps[index].use = map->pinned;
	map->reason = map->claimed ? "the map that is to be pinned at its path"
				   : "the map that is pinned at its path";
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_open_pins(struct map_reuse *reuse)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++)
		status = map_reuse_find_pin(reuse, i);
	return status;
}

/* Programs of one object that share an array which it fills are attached and replaced together. */
static enum cgswap_status map_reuse_error_array_used(const struct map_reuse *reuse,
						     const struct map_reuse_map *map)
{
	error_set(CGSWAP_CAUSE_PIN_EXISTS, 0,
		  "program array '%.100s'{map} of '%.200s'{path} has initial values, and program "
		  "%u{program_id} uses the array that is pinned at '%.400s'{pin} too",
		  map->name, reuse->request.path, map->other_user, map->pin);
	error_remedy("attach or replace the programs of the object that use the array together "
		     "(CGROUP OBJECT), use the loaded program (id:N), or rename the array");
	return CGSWAP_E_CONFLICT;
}

/* libbpf fills a pinned array too, which would redirect the tail calls of programs that use it. */
enum cgswap_status map_reuse_check_pins(const struct map_reuse *reuse)
{
	const struct load_request *request = &reuse->request;

	for (size_t i = 0; i < reuse->count; i++) {
		const struct map_reuse_map *map = &reuse->maps[i];

		if (map->pinned < 0 || map->takes_pin || map->of_set ||
		    !prog_array_is_filled(reuse->object, request->file, reuse->kmaps[i].map))
			continue;
		if (map->other_user)
			return map_reuse_error_array_used(reuse, map);
		error_set(
			CGSWAP_CAUSE_PIN_EXISTS, 0,
			"program array '%.100s'{map} of '%.200s'{path} has initial values, and an "
			"array that other programs may use is %s at '%.400s'{pin}",
			map->name, request->path, map->claimed ? "to be pinned" : "pinned",
			map->pin);
		error_remedy("use the loaded program (id:N), rename the array, or move the pin to "
			     "another path (mv) until no program uses the array");
		return CGSWAP_E_CONFLICT;
	}
	return CGSWAP_OK;
}

/* ---- after loading --------------------------------------------------------------------------- */

static enum cgswap_status map_reuse_error_taken(struct map_reuse *reuse,
						const struct map_reuse_map *map)
{
	reuse->pin_taken = true;
	return error_set(CGSWAP_CAUSE_PIN_EXISTS, EEXIST,
			 "another map was pinned at '%.400s'{pin} while a program that pins map "
			 "'%.100s'{map} there was loaded",
			 map->pin, map->name);
}

static enum cgswap_status map_reuse_claim_pin(struct map_reuse *reuse, size_t index,
					      struct program *program)
{
	struct map_reuse_map *map = &reuse->maps[index];
	const struct kernel_object_map *kmap = &reuse->kmaps[index];
	struct map_claim *claim;
	int err = map_claim_new(
		&claim, reuse->request.kernel, kmap->use >= 0 ? kmap->use : kmap->made, map->pin,
		map->id, program->info.id, map->pinned >= 0 && !map->claimed && !map->takes_pin);

	if (err == -EEXIST)
		return map_reuse_error_taken(reuse, map);
	if (err)
		return error_from_errno(
			reuse->request.kernel, CAPABILITY_TO_LOAD, -err,
			"map '%.100s'{map} cannot be held until it is pinned at '%.400s'{pin}",
			map->name, map->pin);
	claim->next = program->claims;
	program->claims = claim;
	if (map->takes_pin)
		err = map_claim_replaces(claim, map->pinned, map->pinned_id);
	if (err)
		return map_claim_error(claim, err);
	/* after the claim: no thread of this process can pin another map unnoticed now */
	err = map_claim_check(claim);
	if (err == -EEXIST)
		return map_reuse_error_taken(reuse, map);
	return err ? map_claim_error(claim, err) : CGSWAP_OK;
}

enum cgswap_status map_reuse_claim_pins(struct map_reuse *reuse, struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++)
		if (reuse->maps[i].pin && reuse->maps[i].id)
			status = map_reuse_claim_pin(reuse, i, program);
	return status;
}
