/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MAX = 1 << 14 };

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
char *__wrap_strdup(const char *text);

static unsigned fail_at, made;
static bool fail_on, failed;

/* Blocks allocated here. Blocks of other libraries are freed here too and must not be counted. */
static const void *blocks[BLOCKS_MAX];
static size_t held;

static size_t slot_of(const void *block)
{
	size_t slot = ((uintptr_t)block >> 4) % BLOCKS_MAX;

	while (blocks[slot] && blocks[slot] != block)
		slot = (slot + 1) % BLOCKS_MAX;
	return slot;
}

static void *keep(void *block)
{
	if (!block || held >= BLOCKS_MAX / 2)
		return block;
	blocks[slot_of(block)] = block;
	held++;
	return block;
}

/* Moves the blocks behind a gap up, so that a search still finds them. */
static void forget(const void *block)
{
	size_t gap = slot_of(block), slot = gap;

	if (!block || !blocks[gap])
		return;
	blocks[gap] = NULL;
	held--;
	for (slot = (slot + 1) % BLOCKS_MAX; blocks[slot]; slot = (slot + 1) % BLOCKS_MAX) {
		const void *moved = blocks[slot];

		blocks[slot] = NULL;
		blocks[slot_of(moved)] = moved;
	}
}

static bool refuses(void)
{
	made++;
	if (!fail_at || made < fail_at || (made > fail_at && !fail_on))
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return refuses() ? NULL : keep(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return refuses() ? NULL : keep(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
	void *moved;

	if (refuses())
		return NULL;
	forget(block);
	moved = __real_realloc(block, size);
	keep(moved ? moved : block);
	return moved;
}

void __wrap_free(void *block)
{
	forget(block);
	__real_free(block);
}

char *__wrap_strdup(const char *text)
{
	return refuses() ? NULL : keep(__real_strdup(text));
}

void memory_fail(unsigned at, bool on)
{
	made = 0;
	fail_at = at;
	fail_on = on;
	failed = false;
}

bool memory_relent(void)
{
	fail_at = 0;
	return failed;
}

size_t memory_held(void)
{
	return held;
}
