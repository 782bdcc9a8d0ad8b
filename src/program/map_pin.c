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
	bool kept;
	uint32_t map_id; /* 0: unknown */
	char path[];
};

/*
 * Programs of several threads may share a pin. Pins are unlinked from the bpffs under the lock too:
 * a pin that was found there but is not in the list may have been removed meanwhile.
 */
static pthread_mutex_t map_pin_lock = PTHREAD_MUTEX_INITIALIZER;
static struct map_pin *map_pin_list;

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
	/* add it to the list first: a thread that finds the pin looks for it there */
	pthread_mutex_lock(&map_pin_lock);
	pin->next = map_pin_list;
	map_pin_list = pin;
	pthread_mutex_unlock(&map_pin_lock);
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

	pthread_mutex_lock(&map_pin_lock);
	for (pin = map_pin_list; pin; pin = pin->next)
		if (pin->kernel == kernel && pin->map_id == map_id && strcmp(pin->path, path) == 0)
			break;
	if (pin)
		pin->refs++;
	pthread_mutex_unlock(&map_pin_lock);
	return pin;
}

void map_pin_keep(struct map_pin *pin)
{
	pthread_mutex_lock(&map_pin_lock);
	pin->kept = true;
	pthread_mutex_unlock(&map_pin_lock);
}

bool map_pin_is_kept(struct map_pin *pin)
{
	bool kept;

	pthread_mutex_lock(&map_pin_lock);
	kept = pin->kept;
	pthread_mutex_unlock(&map_pin_lock);
	return kept;
}

/* True if something else is pinned at the path by now. */
static bool map_pin_is_foreign(const struct map_pin *pin)
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

static void map_pin_unlist(struct map_pin *pin)
{
	struct map_pin **at = &map_pin_list;

	while (*at != pin)
		at = &(*at)->next;
	*at = pin->next;
}

void map_pin_drop(struct map_pin *pin)
{
	bool last;

	if (!pin)
		return;
	pthread_mutex_lock(&map_pin_lock);
	last = --pin->refs == 0;
	if (last) {
		map_pin_unlist(pin);
		if (!pin->kept && !map_pin_is_foreign(pin))
			pin->kernel->ops->unpin(pin->kernel, pin->path);
	}
	pthread_mutex_unlock(&map_pin_lock);
	if (last)
		free(pin);
}
