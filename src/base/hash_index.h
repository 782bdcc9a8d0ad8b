/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds an item among many by a hash of its key. */
#ifndef CGSWAP_BASE_HASH_INDEX_H
#define CGSWAP_BASE_HASH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed: empty. The items belong to the caller. */
struct hash_index {
	struct hash_index_slot *slots;
	size_t capacity; /* a power of 2, or 0 */
	size_t count;
};

uint64_t hash_number(uint64_t number);
uint64_t hash_text(const char *text);
uint64_t hash_bytes(const void *bytes, size_t size);

/* Allocates for more items, so that hash_index_add() needs no memory. Returns 0 or -ENOMEM. */
int hash_index_reserve(struct hash_index *index, size_t more);
void hash_index_add(struct hash_index *index, uint64_t hash, void *item);

/* The item must be there. */
void hash_index_remove(struct hash_index *index, uint64_t hash, const void *item);

/* Removes all items of another index, which must be there. */
void hash_index_remove_all(struct hash_index *index, const struct hash_index *items);

/* Returns the item with this hash for which same() is true; NULL: none. */
void *hash_index_find(const struct hash_index *index, uint64_t hash,
		      bool (*same)(const void *item, const void *key), const void *key);

/* Empties the index, and calls fn for each item, unless it is NULL. */
void hash_index_free(struct hash_index *index, void (*fn)(void *item));

#endif
