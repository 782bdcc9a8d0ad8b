/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/map_pin.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct map_pin {
	struct map_pin *next;
	struct kernel *kernel;
	unsigned refs;
	bool settled;
	uint32_t map_id; /* 0: not known */
	char path[];
};

/*
 * Programs of several threads may have one in common. What goes is taken off under the lock: who
 * found it in the bpffs a moment before and then not here knows that it may be gone.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct map_pin *pins;

int map_pin_make(struct map_pin **out, struct kernel *kernel, int fd, const char *path,
		 uint32_t map_id)
{
	struct map_pin *pin = calloc(1, sizeof(*pin) + strlen(path) + 1);
	int err;

	*out = NULL;
	if (!pin)
		return -ENOMEM;
	strcpy(pin->path, path);
	pin->kernel = kernel;
	pin->map_id = map_id;
	pin->refs = 1;
	/* whoever finds it pinned is to find it here */
	pthread_mutex_lock(&lock);
	pin->next = pins;
	pins = pin;
	pthread_mutex_unlock(&lock);
	err = kernel->ops->pin(kernel, fd, path);
	if (err) {
		map_pin_keep(pin);
		map_pin_drop(pin);
		return err;
	}
	*out = pin;
	return 0;
}

struct map_pin *map_pin_share(struct kernel *kernel, const char *path, uint32_t map_id)
{
	struct map_pin *pin;

	pthread_mutex_lock(&lock);
	for (pin = pins; pin; pin = pin->next)
		if (pin->kernel == kernel && pin->map_id == map_id && strcmp(pin->path, path) == 0)
			break;
	if (pin)
		pin->refs++;
	pthread_mutex_unlock(&lock);
	return pin;
}

void map_pin_keep(struct map_pin *pin)
{
	pthread_mutex_lock(&lock);
	pin->settled = true;
	pthread_mutex_unlock(&lock);
}

bool map_pin_is_kept(struct map_pin *pin)
{
	bool settled;

	pthread_mutex_lock(&lock);
	settled = pin->settled;
	pthread_mutex_unlock(&lock);
	return settled;
}

/* Whether somebody else's is pinned there by now. */
static bool is_foreign(const struct map_pin *pin)
{
	struct kernel *kernel = pin->kernel;
	int fd = kernel->ops->pin_open(kernel, pin->path);
	struct kernel_map map = { .id = pin->map_id };
	bool foreign;

	if (fd < 0)
		return false;
	foreign = kernel->ops->kind(kernel, fd) != KERNEL_IS_MAP;
	if (!foreign && kernel->ops->map_info(kernel, fd, &map) == 0)
		foreign = pin->map_id && map.id != pin->map_id;
	kernel->ops->close(kernel, fd);
	return foreign;
}

static void map_pin_remove(struct map_pin *pin)
{
	struct map_pin **at = &pins;

	while (*at != pin)
		at = &(*at)->next;
	*at = pin->next;
}

void map_pin_drop(struct map_pin *pin)
{
	bool last;

	if (!pin)
		return;
	pthread_mutex_lock(&lock);
	last = --pin->refs == 0;
	if (last) {
		map_pin_remove(pin);
		if (!pin->settled && !is_foreign(pin))
			pin->kernel->ops->unpin(pin->kernel, pin->path);
	}
	pthread_mutex_unlock(&lock);
	if (last)
		free(pin);
}
