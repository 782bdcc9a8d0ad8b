/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/map_fd.h"

#include <errno.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"

enum { MAP_FD_KEPT_MS = 1000, MAP_FD_KEPT_MAX = 16 };

/* A kernel that sessions use. */
struct map_fd_kernel {
	struct map_fd_kernel *next;
	struct kernel *kernel;
	unsigned sessions;
};

/*
 * One list for the process: with a list for each session, the ends of two sessions that have read
 * an array are two closes of it in a row.
 */
static pthread_mutex_t map_fd_lock = PTHREAD_MUTEX_INITIALIZER;
static struct map_fd *map_fd_list; /* the most recently opened first */
static size_t map_fd_kept;         /* those without users */
static struct map_fd_kernel *map_fd_kernels;

static struct map_fd_kernel **map_fd_find_kernel(const struct kernel *kernel)
{
	struct map_fd_kernel **at = &map_fd_kernels;

	while (*at && (*at)->kernel != kernel)
		at = &(*at)->next;
	return at;
}

static struct map_fd *map_fd_find(const struct kernel *kernel, uint32_t id)
{
	struct map_fd *map = map_fd_list;

	while (map && (map->kernel != kernel || map->info.id != id))
		map = map->next;
	return map;
}

static void map_fd_free(struct map_fd *map)
{
	struct map_fd **at = &map_fd_list;

	while (*at != map)
		at = &(*at)->next;
	*at = map->next;
	map->kernel->ops->close(map->kernel, map->fd);
	free(map);
}

/* ---- keeping --------------------------------------------------------------------------------- */

/* Closes one that was kept. */
static void map_fd_free_one(struct map_fd *map)
{
	map_fd_kept--;
	map_fd_free(map);
}

static void map_fd_free_kept(const struct kernel *kernel)
{
	struct map_fd *map, *next;

	for (map = map_fd_list; map; map = next) {
		next = map->next;
		if (!map->users && map->kernel == kernel)
			map_fd_free_one(map);
	}
}

/* Closes what was kept long enough, and the oldest of too many. */
static void map_fd_expire(void)
{
	struct map_fd *map, *next, *oldest = NULL;
	int64_t now;

	/* as a rule */
	if (!map_fd_kept)
		return;
	now = clock_now_ms();
	for (map = map_fd_list; map; map = next) {
		next = map->next;
		if (map->users)
			continue;
		if (now - map->kept_since >= MAP_FD_KEPT_MS) {
			map_fd_free_one(map);
			continue;
		}
		if (!oldest || map->kept_since <= oldest->kept_since)
			oldest = map;
	}
	if (map_fd_kept > MAP_FD_KEPT_MAX)
		map_fd_free_one(oldest);
}

/* Without memory for the record of its kernel an array is closed at once. */
static void map_fd_keep_or_free(struct map_fd *map)
{
	if (map->info.type == BPF_MAP_TYPE_PROG_ARRAY && *map_fd_find_kernel(map->kernel)) {
		map->kept_since = clock_now_ms();
		map_fd_kept++;
	} else {
		map_fd_free(map);
	}
	map_fd_expire();
}

/* ---- opening --------------------------------------------------------------------------------- */

static int map_fd_new(struct map_fd **out, struct kernel *kernel, int fd)
{
	struct map_fd *map = malloc(sizeof(*map));
	int err = map ? kernel->ops->map_info(kernel, fd, &map->info) : -ENOMEM;

	if (err) {
		free(map);
		kernel->ops->close(kernel, fd);
		return err;
	}
	map->fd = fd;
	map->kernel = kernel;
	map->users = 1;
	map->kept_since = 0;
	map->next = map_fd_list;
	map_fd_list = map;
	*out = map;
	return 0;
}

static int map_fd_open_locked(struct map_fd **out, struct kernel *kernel, uint32_t id)
{
	struct map_fd *map = map_fd_find(kernel, id);
	int fd;

	if (map) {
		map_fd_kept -= !map->users++;
		*out = map;
		return 0;
	}
	fd = kernel->ops->map_by_id(kernel, id);
	return fd < 0 ? fd : map_fd_new(out, kernel, fd);
}

int map_fd_open(struct map_fd **out, struct kernel *kernel, uint32_t id)
{
	int err;

	*out = NULL;
	pthread_mutex_lock(&map_fd_lock);
	err = map_fd_open_locked(out, kernel, id);
	map_fd_expire();
	pthread_mutex_unlock(&map_fd_lock);
	return err;
}

int map_fd_adopt(struct map_fd **out, struct kernel *kernel, int fd)
{
	int err;

	*out = NULL;
	pthread_mutex_lock(&map_fd_lock);
	err = map_fd_new(out, kernel, fd);
	pthread_mutex_unlock(&map_fd_lock);
	return err;
}

struct map_fd *map_fd_ref(struct map_fd *map)
{
	pthread_mutex_lock(&map_fd_lock);
	map->users++;
	pthread_mutex_unlock(&map_fd_lock);
	return map;
}

void map_fd_close(struct map_fd *map)
{
	if (!map)
		return;
	pthread_mutex_lock(&map_fd_lock);
	if (!--map->users)
		map_fd_keep_or_free(map);
	pthread_mutex_unlock(&map_fd_lock);
}

void map_fd_give_up(struct kernel *kernel, int fd)
{
	struct map_fd *map;

	pthread_mutex_lock(&map_fd_lock);
	if (!map_fd_new(&map, kernel, fd) && !--map->users)
		map_fd_keep_or_free(map);
	pthread_mutex_unlock(&map_fd_lock);
}

/* ---- sessions -------------------------------------------------------------------------------- */

void map_fd_begin(struct kernel *kernel)
{
	struct map_fd_kernel **at;

	pthread_mutex_lock(&map_fd_lock);
	at = map_fd_find_kernel(kernel);
	if (!*at) {
		*at = calloc(1, sizeof(**at));
		if (*at)
			(*at)->kernel = kernel;
	}
	if (*at)
		(*at)->sessions++;
	pthread_mutex_unlock(&map_fd_lock);
}

void map_fd_end(struct kernel *kernel)
{
	struct map_fd_kernel **at, *used;

	pthread_mutex_lock(&map_fd_lock);
	at = map_fd_find_kernel(kernel);
	used = *at;
	if (used && !--used->sessions) {
		map_fd_free_kept(kernel);
		*at = used->next;
		free(used);
	}
	pthread_mutex_unlock(&map_fd_lock);
}
