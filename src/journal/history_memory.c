/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory that would be freed if a transaction were let go. */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/hash_index.h"
#include "journal/history_handle.h"

/* An id that was seen. */
struct memory_seen {
	struct hash_index programs, maps;
	uint32_t *ids; /* the items of both */
	size_t count;
};

static bool memory_same(const void *item, const void *key)
{
	return *(const uint32_t *)item == *(const uint32_t *)key;
}

/* True if it was not seen yet; it is now. */
static bool memory_is_new(struct memory_seen *seen, struct hash_index *index, uint32_t id)
{
	uint64_t hash = hash_number(id);

	if (hash_index_find(index, hash, memory_same, &id))
		return false;
	seen->ids[seen->count] = id;
	hash_index_add(index, hash, &seen->ids[seen->count++]);
	return true;
}

static uint64_t memory_of(struct kernel *kernel, int fd)
{
	uint64_t bytes;

	return kernel->ops->memory(kernel, fd, &bytes) ? 0 : bytes;
}

/* NULL: the program cannot be opened, which the last error says. */
static struct program *memory_open(struct cgswap_session *session, const char *pins, uint32_t id)
{
	struct kernel *kernel = session->kernel;
	struct program *program;
	int fd = journal_pin_open(session, pins, 'p', id);

	if (fd < 0 && program_fd_by_id(&fd, kernel, id))
		return NULL;
	return program_from_fd(&program, kernel, fd) ? NULL : program;
}

/* The maps of a program that is attached are not ours to free. */
static void memory_skip_maps(struct memory_seen *seen, const struct program *program)
{
	for (uint32_t i = 0; i < program->info.map_count; i++)
		memory_is_new(seen, &seen->maps, program->info.map_ids[i]);
}

static uint64_t memory_of_maps(struct memory_seen *seen, const struct program *program)
{
	struct kernel *kernel = program->kernel;
	struct map_fd *map;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < program->info.map_count; i++)
		if (memory_is_new(seen, &seen->maps, program->info.map_ids[i]) &&
		    !program_open_map(&map, program, i))
			sum += memory_of(kernel, map->fd);
	program_close_maps(program);
	return sum;
}

static int memory_reserve(struct memory_seen *seen, size_t changes)
{
	seen->ids = calloc(2 * changes * (KERNEL_MAPS_MAX + 1) + 1, sizeof(*seen->ids));
	if (!seen->ids || hash_index_reserve(&seen->programs, 2 * changes) ||
	    hash_index_reserve(&seen->maps, 2 * changes * KERNEL_MAPS_MAX))
		return -ENOMEM;
	return 0;
}

int history_memory(struct history_transaction *transaction, struct cgswap_session *session,
		   const char *pins)
{
	struct memory_seen seen = { .ids = NULL };
	int err = memory_reserve(&seen, transaction->change_count);
	struct program *program;

	/* an old program may be the new one of another step */
	for (size_t i = 0; i < 2 * transaction->change_count && !err; i++) {
		bool is_new = i < transaction->change_count;
		const struct journal_step *step =
			transaction->changes[i % transaction->change_count].step;
		uint32_t id = is_new ? step->new.id : step->old.id;

		if (!memory_is_new(&seen, &seen.programs, id))
			continue;
		program = memory_open(session, pins, id);
		if (!program) {
			error_clear();
			continue;
		}
		if (is_new)
			memory_skip_maps(&seen, program);
		else
			transaction->memory += memory_of(session->kernel, program->fd) +
					       memory_of_maps(&seen, program);
		program_unref(program);
	}
	hash_index_free(&seen.programs, NULL);
	hash_index_free(&seen.maps, NULL);
	free(seen.ids);
	return err;
}
