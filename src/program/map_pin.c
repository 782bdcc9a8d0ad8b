/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/map_pin.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "program/map_claimant.h"
#include "program/pin_temp.h"

bool map_pin_is_claimed_by(const struct map_pin *pin, uint32_t program_id)
{
	const struct map_claimant *claimant = map_claimant_find(pin->kernel, program_id);
	const struct map_claim *claim = claimant ? claimant->claims : NULL;

	while (claim && claim->pin != pin)
		claim = claim->next_of_claimant;
	return claim;
}

int map_pin_read(const struct map_pin *pin, uint32_t *found)
{
	struct kernel *kernel = pin->kernel;
	int err = -EEXIST, fd = kernel->ops->pin_open(kernel, pin->path);
	struct kernel_map map = { 0 };

	*found = 0;

	if (fd < 0)
		return fd;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_MAP)
		err = kernel->ops->map_info(kernel, fd, &map);
	if (!err)
		*found = map.id;
	if (!err && map.id != pin->map_id)
		err = -EEXIST;
	kernel->ops->close(kernel, fd);
	return err;
}

bool map_pin_may_exchange(const struct map_pin *pin, int err, uint32_t found)
{
	return err == -EEXIST && found && found == pin->old_id;
}

/* Puts one map in place of the other, atomically; needs no memory. */
static int map_pin_exchange(struct map_pin *pin, int fd, uint32_t new_id, uint32_t old_id)
{
	struct pin_object new = { 'm', new_id }, old = { 'm', old_id };
	struct kernel *kernel = pin->kernel;
	char temp[4096 + PIN_TEMP_EXTRA];
	int err, lock;

	if (strlen(pin->path) >= 4096)
		return -ENAMETOOLONG;
	lock = pin_temp_lock(kernel, pin->path);
	if (lock < 0)
		return lock;
	pin_temp_name(temp, pin->path, new, old);
	err = kernel->ops->pin(kernel, fd, temp);
	if (!err) {
		err = pin_temp_exchange(kernel, temp, pin->path, new, old);
		if (err)
			kernel->ops->unpin(kernel, temp);
	}
	kernel->ops->pin_unlock(kernel, lock);
	return err;
}

uint32_t map_pin_newest_program(struct kernel *kernel, uint32_t id)
{
	int err;

	while (!(err = kernel->ops->next_program(kernel, id, &id)))
		;
	return err == -ENOENT ? id : 0;
}

int map_pin_ensure(struct map_pin *pin, uint32_t program_id)
{
	struct kernel *kernel = pin->kernel;
	uint32_t found;
	int err = map_pin_read(pin, &found);

	if (map_pin_may_exchange(pin, err, found)) {
		err = map_pin_exchange(pin, pin->fd, pin->map_id, pin->old_id);
		if (!err) {
			pin->exchanged = true;
			pin->made_by = getpid();
		}
		return err;
	}
	if (err != -ENOENT)
		return err;
	pin->newest_program = map_pin_newest_program(kernel, program_id);
	err = kernel->ops->pin(kernel, pin->fd, pin->path);
	if (!err)
		pin->made_by = getpid();
	/* another process may have pinned the same map a moment ago */
	return err == -EEXIST ? map_pin_read(pin, &found) : err;
}

/* True also if it cannot be read. */
static bool map_is_used_by(struct kernel *kernel, uint32_t map_id, uint32_t program_id)
{
	struct kernel_program program;
	int err, fd = kernel->ops->program_by_id(kernel, program_id);

	if (fd < 0)
		return fd != -ENOENT;
	err = kernel->ops->program_info(kernel, fd, &program);
	kernel->ops->close(kernel, fd);
	if (err)
		return true;
	for (size_t i = 0; i < program.map_count; i++)
		if (program.map_ids[i] == map_id)
			return true;
	return false;
}

bool map_is_used_since(struct kernel *kernel, uint32_t map_id, uint32_t program_id,
		       bool (*is_ours)(uint32_t id, const void *user), const void *user)
{
	uint32_t id = program_id;
	int err;

	if (!id)
		return true;
	while (!(err = kernel->ops->next_program(kernel, id, &id)))
		if (!is_ours(id, user) && map_is_used_by(kernel, map_id, id))
			return true;
	return err != -ENOENT;
}

static bool map_pin_has_claim(uint32_t id, const void *user)
{
	return map_pin_is_claimed_by(user, id);
}

/*
 * Only a program that was loaded after the map was pinned can have found it by its path. One of
 * this process that is not used yet pins the map again when it is.
 */
static bool map_pin_serves_others(struct map_pin *pin)
{
	return map_is_used_since(pin->kernel, pin->map_id, pin->newest_program, map_pin_has_claim,
				 pin);
}

void map_pin_take_back(struct map_pin *pin)
{
	bool ours = pin->made_by == getpid();
	int lock;

	pin->made_by = 0;
	if (ours && pin->exchanged) {
		/* the old program needs its map more than others need this one */
		map_pin_exchange(pin, pin->old_fd, pin->old_id, pin->map_id);
		pin->exchanged = false;
		return;
	}
	if (!ours || map_pin_serves_others(pin))
		return;
	lock = pin_temp_lock(pin->kernel, pin->path);
	if (lock < 0)
		return;
	pin_temp_remove(pin->kernel, pin->path, (struct pin_object){ 'm', pin->map_id }, NULL);
	pin->kernel->ops->pin_unlock(pin->kernel, lock);
}
