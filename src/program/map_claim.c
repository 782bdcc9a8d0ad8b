/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/map_claim.h"

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
#include "program/map_claimant.h"
#include "program/map_pin.h"

/*
 * One list for the process, since a program can be open in several sessions. If one attaches it and
 * another takes its own attach back, the pin stays: the kernel does not tell which pins a program
 * needs, and a search for programs that were loaded since the pin was made does not find this one.
 */
static pthread_mutex_t map_claim_lock = PTHREAD_MUTEX_INITIALIZER;
static struct map_pin *map_claim_pins;

/* ---- claims ---------------------------------------------------------------------------------- */

static struct map_pin *map_claim_find_pin(struct kernel *kernel, const char *path, uint32_t map_id)
{
	struct map_pin *pin = map_claim_pins;

	while (pin && (pin->kernel != kernel || pin->map_id != map_id || strcmp(pin->path, path)))
		pin = pin->next;
	return pin;
}

/* Once a claim is used, the path itself shows what is there. */
static struct map_pin *map_claim_find_unused(struct kernel *kernel, const char *path)
{
	struct map_pin *pin = map_claim_pins;

	while (pin && (pin->kernel != kernel || pin->uses || strcmp(pin->path, path)))
		pin = pin->next;
	return pin;
}

static int map_claim_new_pin(struct map_pin **out, struct kernel *kernel, int fd, const char *path,
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
	pin->next = map_claim_pins;
	map_claim_pins = pin;
	*out = pin;
	return 0;
}

static void map_claim_add(struct map_pin *pin, struct map_claimant *claimant,
			  struct map_claim *claim)
{
	pin->claims++;
	claim->pin = pin;
	map_claimant_add(claimant, claim);
}

static int map_claim_make(struct map_claim *claim, struct kernel *kernel, int fd, const char *path,
			  uint32_t map_id, uint32_t program_id, bool found)
{
	struct map_pin *pin = map_claim_find_pin(kernel, path, map_id);
	struct map_claimant *claimant;
	int err = 0;

	if (!pin && !found && map_claim_find_unused(kernel, path))
		return -EEXIST;
	claimant = map_claimant_get(kernel, program_id);
	if (!claimant)
		return -ENOMEM;
	if (!pin)
		err = map_claim_new_pin(&pin, kernel, fd, path, map_id);
	if (err)
		map_claimant_free_unused(claimant);
	else
		map_claim_add(pin, claimant, claim);
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
	pthread_mutex_lock(&map_claim_lock);
	err = map_claim_make(claim, kernel, fd, path, map_id, program_id, found);
	pthread_mutex_unlock(&map_claim_lock);
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

	pthread_mutex_lock(&map_claim_lock);
	if (!pin->old_id) {
		err = pin->kernel->ops->dup(pin->kernel, fd);
		if (err >= 0) {
			pin->old_fd = err;
			pin->old_id = map_id;
			err = 0;
		}
	}
	pthread_mutex_unlock(&map_claim_lock);
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

/* True if a claim of the list, before this one, is on the same map and path. */
static bool map_claim_is_repeated(const struct map_claim *list, const struct map_claim *claim)
{
	for (; list != claim; list = list->next_of_claimant)
		if (list->pin == claim->pin)
			return true;
	return false;
}

static int map_claim_copy(struct map_claim **out, struct map_claimant *claimant)
{
	struct map_claim *claims = claimant ? claimant->claims : NULL;

	for (struct map_claim *at = claims; at; at = at->next_of_claimant) {
		struct map_claim *claim;

		if (map_claim_is_repeated(claims, at))
			continue;
		claim = calloc(1, sizeof(*claim));
		if (!claim)
			return -ENOMEM;
		map_claim_add(at->pin, claimant, claim);
		claim->next = *out;
		*out = claim;
	}
	return 0;
}

int map_claim_copy_all(struct map_claim **out, struct kernel *kernel, uint32_t program_id)
{
	int err;

	*out = NULL;
	pthread_mutex_lock(&map_claim_lock);
	err = map_claim_copy(out, map_claimant_find(kernel, program_id));
	pthread_mutex_unlock(&map_claim_lock);
	return err;
}

int map_claim_open(struct kernel *kernel, const char *path)
{
	const struct map_pin *pin;
	int fd = -ENOENT;

	pthread_mutex_lock(&map_claim_lock);
	pin = map_claim_find_unused(kernel, path);
	if (pin)
		fd = kernel->ops->dup(kernel, pin->fd);
	pthread_mutex_unlock(&map_claim_lock);
	return fd;
}

static void map_claim_free_pin(struct map_pin *pin)
{
	struct map_pin **at = &map_claim_pins;

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

	map_claimant_remove(claim);
	/* its program stays attached, or lives on elsewhere */
	if (claim->uses) {
		pin->uses--;
		pin->made_by = 0;
		pin->exchanged = false;
	}
	if (!--pin->claims)
		map_claim_free_pin(pin);
}

void map_claim_free_all(struct map_claim *claims)
{
	struct map_claim *claim;

	if (!claims)
		return;
	pthread_mutex_lock(&map_claim_lock);
	while ((claim = claims)) {
		claims = claim->next;
		map_claim_drop(claim);
		free(claim);
	}
	pthread_mutex_unlock(&map_claim_lock);
}

/* ---- uses ------------------------------------------------------------------------------------ */

int map_claim_check(const struct map_claim *claim)
{
	uint32_t found;
	int err = 0;

	pthread_mutex_lock(&map_claim_lock);
	if (!claim->pin->uses)
		err = map_pin_read(claim->pin, &found);
	if (err && map_pin_may_exchange(claim->pin, err, found))
		err = 0;
	pthread_mutex_unlock(&map_claim_lock);
	return err == -ENOENT ? 0 : err;
}

bool map_claim_makes_pin(struct map_claim_pin *out, const struct map_claim *claim)
{
	const struct map_pin *pin = claim->pin;
	bool makes, exchanges;
	uint32_t found;
	int err;

	pthread_mutex_lock(&map_claim_lock);
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
	pthread_mutex_unlock(&map_claim_lock);
	return makes;
}

int map_claim_use(struct map_claim *claim)
{
	struct map_pin *pin = claim->pin;
	int err = 0;

	pthread_mutex_lock(&map_claim_lock);
	if (!pin->uses)
		err = map_pin_ensure(pin, claim->program_id);
	if (!err && !claim->uses++)
		pin->uses++;
	pthread_mutex_unlock(&map_claim_lock);
	return err;
}

void map_claim_unuse(struct map_claim *claim)
{
	struct map_pin *pin = claim->pin;

	pthread_mutex_lock(&map_claim_lock);
	if (!--claim->uses && !--pin->uses)
		map_pin_take_back(pin);
	pthread_mutex_unlock(&map_claim_lock);
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
