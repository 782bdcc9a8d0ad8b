/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/map_pin.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "kernel/policy.h"
#include "program/pin_temp.h"

/* A map and the path that programs of this process claim for it. */
struct map_pin {
	struct map_pin *next;
	struct kernel *kernel;
	struct map_claim *claims;
	int fd;
	uint32_t map_id;
	unsigned uses; /* claims that are in use */
	pid_t made_by; /* the process that pinned the map, while that may be taken back; 0: none */
	uint32_t newest_program; /* id at the time; 0: unknown */
	uint32_t old_id;         /* the map whose pin this one takes; 0: none */
	int old_fd;              /* holds it; -1: none */
	bool exchanged;          /* this process has put this map in its place */
	char path[];
};

static pthread_mutex_t map_pin_lock = PTHREAD_MUTEX_INITIALIZER;
static struct map_pin *map_pin_list;

/* ---- claims ---------------------------------------------------------------------------------- */

static struct map_pin *map_pin_find(struct kernel *kernel, const char *path, uint32_t map_id)
{
	struct map_pin *pin = map_pin_list;

	while (pin && (pin->kernel != kernel || pin->map_id != map_id || strcmp(pin->path, path)))
		pin = pin->next;
	return pin;
}

/* Once a claim is used, the path itself shows what is there. */
static struct map_pin *map_pin_find_unused(struct kernel *kernel, const char *path)
{
	struct map_pin *pin = map_pin_list;

	while (pin && (pin->kernel != kernel || pin->uses || strcmp(pin->path, path)))
		pin = pin->next;
	return pin;
}

static int map_pin_new(struct map_pin **out, struct kernel *kernel, int fd, const char *path,
		       uint32_t map_id)
{
	struct map_pin *pin = calloc(1, sizeof(*pin) + strlen(path) + 1);

	*out = NULL;
	if (!pin)
		return -ENOMEM;
	pin->fd = kernel->ops->dup(kernel, fd);
	if (pin->fd < 0) {
		int err = pin->fd;

		free(pin);
		return err;
	}
	strcpy(pin->path, path);
	pin->old_fd = -1;
	pin->kernel = kernel;
	pin->map_id = map_id;
	pin->next = map_pin_list;
	map_pin_list = pin;
	*out = pin;
	return 0;
}

static void map_pin_add_claim(struct map_pin *pin, struct map_claim *claim, uint32_t program_id)
{
	claim->pin = pin;
	claim->program_id = program_id;
	claim->next_of_path = pin->claims;
	pin->claims = claim;
}

static int map_pin_claim(struct map_claim *claim, struct kernel *kernel, int fd, const char *path,
			 uint32_t map_id, uint32_t program_id, bool found)
{
	struct map_pin *pin = map_pin_find(kernel, path, map_id);
	int err = 0;

	if (!pin && !found && map_pin_find_unused(kernel, path))
		return -EEXIST;
	if (!pin)
		err = map_pin_new(&pin, kernel, fd, path, map_id);
	if (!err)
		map_pin_add_claim(pin, claim, program_id);
	return err;
}

int map_claim_new(struct map_claim **out, struct kernel *kernel, int fd, const char *path,
		  uint32_t map_id, uint32_t program_id, bool found)
{
	struct map_claim *claim = calloc(1, sizeof(*claim));
	int err;

	*out = NULL;
	if (!claim)
		return -ENOMEM;
	pthread_mutex_lock(&map_pin_lock);
	err = map_pin_claim(claim, kernel, fd, path, map_id, program_id, found);
	pthread_mutex_unlock(&map_pin_lock);
	if (err) {
		free(claim);
		return err;
	}
	*out = claim;
	return 0;
}

int map_claim_replaces(struct map_claim *claim, int fd, uint32_t map_id)
{
	struct map_pin *pin = claim->pin;
	int err = 0;

	pthread_mutex_lock(&map_pin_lock);
	if (!pin->old_id) {
		err = pin->kernel->ops->dup(pin->kernel, fd);
		if (err >= 0) {
			pin->old_fd = err;
			pin->old_id = map_id;
			err = 0;
		}
	}
	pthread_mutex_unlock(&map_pin_lock);
	return err;
}

uint32_t map_claim_replaced(const struct map_claim *claim)
{
	return claim->pin->old_id;
}

const char *map_claim_path(const struct map_claim *claim)
{
	return claim->pin->path;
}

uint32_t map_claim_map_id(const struct map_claim *claim)
{
	return claim->pin->map_id;
}

static bool map_pin_is_claimed_by(const struct map_pin *pin, uint32_t program_id)
{
	for (const struct map_claim *claim = pin->claims; claim; claim = claim->next_of_path)
		if (claim->program_id == program_id)
			return true;
	return false;
}

int map_claim_copy_all(struct map_claim **out, struct kernel *kernel, uint32_t program_id)
{
	int err = 0;

	*out = NULL;
	pthread_mutex_lock(&map_pin_lock);
	for (struct map_pin *pin = map_pin_list; pin && !err; pin = pin->next) {
		struct map_claim *claim;

		if (pin->kernel != kernel || !map_pin_is_claimed_by(pin, program_id))
			continue;
		claim = calloc(1, sizeof(*claim));
		if (!claim) {
			err = -ENOMEM;
			break;
		}
		map_pin_add_claim(pin, claim, program_id);
		claim->next = *out;
		*out = claim;
	}
	pthread_mutex_unlock(&map_pin_lock);
	return err;
}

int map_claim_open(struct kernel *kernel, const char *path)
{
	const struct map_pin *pin;
	int fd = -ENOENT;

	pthread_mutex_lock(&map_pin_lock);
	pin = map_pin_find_unused(kernel, path);
	if (pin)
		fd = kernel->ops->dup(kernel, pin->fd);
	pthread_mutex_unlock(&map_pin_lock);
	return fd;
}

static void map_pin_free(struct map_pin *pin)
{
	struct map_pin **at = &map_pin_list;

	while (*at != pin)
		at = &(*at)->next;
	*at = pin->next;
	pin->kernel->ops->close(pin->kernel, pin->fd);
	if (pin->old_fd >= 0)
		pin->kernel->ops->close(pin->kernel, pin->old_fd);
	free(pin);
}

static void map_claim_drop(struct map_claim *claim)
{
	struct map_pin *pin = claim->pin;
	struct map_claim **at = &pin->claims;

	while (*at != claim)
		at = &(*at)->next_of_path;
	*at = claim->next_of_path;
	/* its program stays attached, or lives on elsewhere */
	if (claim->uses) {
		pin->uses--;
		pin->made_by = 0;
		pin->exchanged = false;
	}
	if (!pin->claims)
		map_pin_free(pin);
}

void map_claim_free_all(struct map_claim *claims)
{
	struct map_claim *claim;

	if (!claims)
		return;
	pthread_mutex_lock(&map_pin_lock);
	while ((claim = claims)) {
		claims = claim->next;
		map_claim_drop(claim);
		free(claim);
	}
	pthread_mutex_unlock(&map_pin_lock);
}

/* ---- pins ------------------------------------------------------------------------------------ */

/*
 * Returns 0 if the map is pinned at the path, -EEXIST if something else is, -ENOENT if nothing is.
 * *found is the id of the map there; 0: another object.
 */
static int map_pin_read(const struct map_pin *pin, uint32_t *found)
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

/* True if the map whose pin is to be taken is at the path. */
static bool map_pin_may_exchange(const struct map_pin *pin, int err, uint32_t found)
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

/* Ids only go up. Returns 0 if they cannot be read. */
static uint32_t map_pin_newest_program(struct kernel *kernel, uint32_t id)
{
	int err;

	while (!(err = kernel->ops->next_program(kernel, id, &id)))
		;
	return err == -ENOENT ? id : 0;
}

static int map_pin_ensure(struct map_pin *pin, uint32_t program_id)
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

static void map_pin_take_back(struct map_pin *pin)
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

/* ---- uses ------------------------------------------------------------------------------------ */

int map_claim_check(const struct map_claim *claim)
{
	uint32_t found;
	int err = 0;

	pthread_mutex_lock(&map_pin_lock);
	if (!claim->pin->uses)
		err = map_pin_read(claim->pin, &found);
	if (err && map_pin_may_exchange(claim->pin, err, found))
		err = 0;
	pthread_mutex_unlock(&map_pin_lock);
	return err == -ENOENT ? 0 : err;
}

bool map_claim_makes_pin(struct map_claim_pin *out, const struct map_claim *claim)
{
	const struct map_pin *pin = claim->pin;
	bool makes, exchanges;
	uint32_t found;
	int err;

	pthread_mutex_lock(&map_pin_lock);
	err = pin->uses ? 0 : map_pin_read(pin, &found);
	exchanges = pin->uses ? pin->exchanged : map_pin_may_exchange(pin, err, found);
	makes = pin->uses ? pin->made_by == getpid() : err == -ENOENT || exchanges;
	*out = (struct map_claim_pin){
		.path = pin->path,
		.map_id = pin->map_id,
		.old_id = exchanges ? pin->old_id : 0,
		.fd = pin->fd,
		.old_fd = exchanges ? pin->old_fd : -1,
		.newest_program = pin->uses ? pin->newest_program : 0,
	};
	if (makes && !pin->uses)
		out->newest_program = map_pin_newest_program(pin->kernel, claim->program_id);
	pthread_mutex_unlock(&map_pin_lock);
	return makes;
}

int map_claim_use(struct map_claim *claim)
{
	struct map_pin *pin = claim->pin;
	int err = 0;

	pthread_mutex_lock(&map_pin_lock);
	if (!pin->uses)
		err = map_pin_ensure(pin, claim->program_id);
	if (!err && !claim->uses++)
		pin->uses++;
	pthread_mutex_unlock(&map_pin_lock);
	return err;
}

void map_claim_unuse(struct map_claim *claim)
{
	struct map_pin *pin = claim->pin;

	pthread_mutex_lock(&map_pin_lock);
	if (!--claim->uses && !--pin->uses)
		map_pin_take_back(pin);
	pthread_mutex_unlock(&map_pin_lock);
}

enum cgswap_status map_claim_error(const struct map_claim *claim, int err)
{
	const struct map_pin *pin = claim->pin;
	const char *name = text_file_name(pin->path);

	if (err == -EEXIST) {
		error_set(
			CGSWAP_CAUSE_PIN_EXISTS, EEXIST,
			"map '%.100s'{map} cannot be pinned by its name: something else was pinned "
			"at '%.400s'{pin} after the program was loaded",
			name, pin->path);
		error_remedy(
			"load the program again, so that it uses the map that is pinned there, "
			"or remove that pin");
		return CGSWAP_E_CONFLICT;
	}
	if (policy_may_deny(pin->kernel, err) || error_is_exhaustion(err))
		return error_from_errno(pin->kernel, CAPABILITY_TO_LOAD, -err,
					"map '%.100s'{map} cannot be pinned at '%.400s'{pin}", name,
					pin->path);
	return error_set(CGSWAP_CAUSE_PIN_FAILED, -err,
			 "map '%.100s'{map} cannot be pinned at '%.400s'{pin}: %s", name, pin->path,
			 cgswap_errno_get_name(-err));
}
