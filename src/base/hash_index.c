/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/hash_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct hash_index_slot {
	uint64_t hash;
	void *item; /* NULL: free */
};

enum { FIRST_CAPACITY = 8 };

/* The finalizer of splitmix64: every bit of the number changes half of the bits. */
uint64_t hash_number(uint64_t number)
{
	number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
	number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
	return number ^ (number >> 31);
}

/* FNV-1a */
uint64_t hash_bytes(const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3;
	return hash_number(hash);
}

uint64_t hash_text(const char *text)
{
	return hash_bytes(text, strlen(text));
}

static void hash_index_put(struct hash_index_slot *slots, size_t capacity, uint64_t hash,
			   void *item)
{
	size_t at = hash & (capacity - 1);

	while (slots[at].item)
		at = (at + 1) & (capacity - 1);
	slots[at] = (struct hash_index_slot){ hash, item };
}

/* At most three quarters of the slots are in use, so a search ends soon. */
int hash_index_reserve(struct hash_index *index, size_t more)
{
	size_t capacity = index->capacity ? index->capacity : FIRST_CAPACITY;
	struct hash_index_slot *slots;

	while (3 * capacity < 4 * (index->count + more))
		capacity *= 2;
	if (capacity == index->capacity)
		return 0;
	slots = calloc(capacity, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < index->capacity; i++)
		if (index->slots[i].item)
			hash_index_put(slots, capacity, index->slots[i].hash, index->slots[i].item);
	free(index->slots);
	index->slots = slots;
	index->capacity = capacity;
	return 0;
}

void hash_index_add(struct hash_index *index, uint64_t hash, void *item)
{
	hash_index_put(index->slots, index->capacity, hash, item);
	index->count++;
}

/* Items behind the hole move into it if a search for them would end at the hole. */
void hash_index_remove(struct hash_index *index, uint64_t hash, const void *item)
{
	size_t mask = index->capacity - 1, hole = hash & mask, at;

	while (index->slots[hole].item != item)
		hole = (hole + 1) & mask;
	for (at = (hole + 1) & mask; index->slots[at].item; at = (at + 1) & mask) {
		size_t home = index->slots[at].hash & mask;

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		index->slots[hole] = index->slots[at];
		hole = at;
	}
	index->slots[hole].item = NULL;
	index->count--;
}

void hash_index_remove_all(struct hash_index *index, const struct hash_index *items)
{
	for (size_t i = 0; i < items->capacity; i++)
		if (items->slots[i].item)
			hash_index_remove(index, items->slots[i].hash, items->slots[i].item);
}

void *hash_index_find(const struct hash_index *index, uint64_t hash,
		      bool (*same)(const void *item, const void *key), const void *key)
{
	size_t at = hash & (index->capacity - 1);

	if (!index->capacity)
		return NULL;
	for (; index->slots[at].item; at = (at + 1) & (index->capacity - 1))
		if (index->slots[at].hash == hash && same(index->slots[at].item, key))
			return index->slots[at].item;
	return NULL;
}

void hash_index_free(struct hash_index *index, void (*fn)(void *item))
{
	for (size_t i = 0; fn && i < index->capacity; i++)
		if (index->slots[i].item)
			fn(index->slots[i].item);
	free(index->slots);
	*index = (struct hash_index){ 0 };
}
