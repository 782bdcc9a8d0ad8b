/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps that are pinned by name: pins are opened before the load, and created after it. */
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

/* Forgets a pin that was removed together with its last program after it was opened. */
static void map_reuse_forget_pin(struct kernel *kernel, struct map_reuse_map *map)
{
	int fd = kernel->ops->pin_open(kernel, map->pin);

	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	if (fd != -ENOENT)
		return;
	kernel->ops->close(kernel, map->pinned);
	map->pinned = -1;
	map->pinned_id = 0;
}

static enum cgswap_status map_reuse_open_pin(const struct map_reuse *reuse,
					     struct map_reuse_map *map, struct kernel_map *info)
{
	struct kernel *kernel = reuse->request.kernel;
	int err, fd = kernel->ops->pin_open(kernel, map->pin);

	if (fd == -ENOENT)
		return CGSWAP_OK;
	if (fd < 0)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -fd,
					"the pin '%.400s' of map '%s' cannot be opened", map->pin,
					map->name);
	map->pinned = fd;
	if (kernel->ops->kind(kernel, fd) != KERNEL_IS_MAP)
		return error_set(CGSWAP_CAUSE_PIN_EXISTS, 0,
				 "'%.400s', the pin path of map '%s', is not the pin of a map",
				 map->pin, map->name);
	err = kernel->ops->map_info(kernel, fd, info);
	if (err)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
					"the map pinned at '%.400s' cannot be read", map->pin);
	map->pinned_id = info->id;
	map->shared_pin = map_pin_share(kernel, map->pin, info->id);
	if (!map->shared_pin)
		map_reuse_forget_pin(kernel, map);
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
			"map '%s' of '%s' must be pinned by its name, but no bpffs is mounted",
			map->name, request->path);
	if (strchr(map->name, '/'))
		return error_set(
			CGSWAP_CAUSE_OBJECT_REFUSED, 0,
			"map '%s' of '%s' must be pinned by its name, which is not a valid file "
			"name",
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
	map->reason = "the map that is pinned at its path";
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_open_pins(struct map_reuse *reuse)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++)
		status = map_reuse_find_pin(reuse, i);
	return status;
}

/* libbpf fills a pinned array too, which would redirect the tail calls of programs that use it. */
enum cgswap_status map_reuse_check_pins(const struct map_reuse *reuse)
{
	const struct load_request *request = &reuse->request;

	for (size_t i = 0; i < reuse->count; i++) {
		const struct map_reuse_map *map = &reuse->maps[i];
		enum cgswap_status status;
		bool fills;

		if (map->pinned < 0)
			continue;
		status = prog_array_is_filled(&fills, reuse->object, request->file,
					      reuse->kmaps[i].map);
		if (status)
			return status;
		if (!fills)
			continue;
		error_set(
			CGSWAP_CAUSE_PIN_EXISTS, 0,
			"program array '%.100s' of '%.200s' has initial values, and an array that "
			"other programs may use is pinned at '%.400s'",
			map->name, request->path, map->pin);
		error_remedy("use the loaded program (id:N), rename the array, or move the pin to "
			     "another path (mv) until no program uses the array");
		return CGSWAP_E_CONFLICT;
	}
	return CGSWAP_OK;
}

/* ---- after loading --------------------------------------------------------------------------- */

static enum cgswap_status map_reuse_error_pin(const struct map_reuse *reuse, size_t index,
					      int errnum)
{
	const struct map_reuse_map *map = &reuse->maps[index];

	if (errnum == EEXIST)
		return error_set(
			CGSWAP_CAUSE_PIN_EXISTS, errnum,
			"another process pinned an object at '%.400s' while map '%s' was loaded",
			map->pin, map->name);
	if (errnum == EPERM || errnum == EACCES || error_is_exhaustion(-errnum))
		return error_from_errno(reuse->request.kernel, CAPABILITY_TO_LOAD, errnum,
					"map '%s' cannot be pinned at '%.400s'", map->name,
					map->pin);
	return error_set(CGSWAP_CAUSE_PIN_FAILED, errnum,
			 "map '%s' cannot be pinned at '%.400s': %s", map->name, map->pin,
			 cgswap_errno_get_name(errnum));
}

enum cgswap_status map_reuse_make_pins(struct map_reuse *reuse, struct program *program)
{
	struct kernel *kernel = reuse->request.kernel;

	for (size_t i = 0; i < reuse->count; i++) {
		struct map_reuse_map *map = &reuse->maps[i];
		const struct kernel_object_map *kmap = &reuse->kmaps[i];
		struct program_pin *pin;
		int err = 0;

		if (!map->pin || (map->pinned >= 0 && !map->shared_pin))
			continue;
		pin = malloc(sizeof(*pin));
		if (!pin)
			return error_no_memory();
		pin->pin = map->shared_pin;
		map->shared_pin = NULL;
		if (!pin->pin)
			err = map_pin_make(&pin->pin, kernel,
					   kmap->use >= 0 ? kmap->use : kmap->made, map->pin,
					   map->id);
		if (err) {
			free(pin);
			return map_reuse_error_pin(reuse, i, -err);
		}
		pin->next = program->pins;
		program->pins = pin;
	}
	return CGSWAP_OK;
}
