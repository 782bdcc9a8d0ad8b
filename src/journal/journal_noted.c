/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that have lines in a record. Lines that are dropped take theirs with them. */
#include <errno.h>

#include "journal/journal.h"

bool journal_noted_has(const struct journal_noted *noted, uint64_t hash,
		       bool (*same)(const void *item, const void *key), const void *key)
{
	return hash_index_find(&noted->all, hash, same, key) != NULL;
}

int journal_noted_reserve(struct journal_noted *noted)
{
	return hash_index_reserve(&noted->all, 1) || hash_index_reserve(&noted->unwritten, 1)
		       ? -ENOMEM
		       : 0;
}

void journal_noted_add(struct journal_noted *noted, uint64_t hash, void *item)
{
	hash_index_add(&noted->all, hash, item);
	hash_index_add(&noted->unwritten, hash, item);
}

void journal_noted_written(struct journal_noted *noted)
{
	hash_index_free(&noted->unwritten, NULL);
}

void journal_noted_dropped(struct journal_noted *noted)
{
	hash_index_remove_all(&noted->all, &noted->unwritten);
	journal_noted_written(noted);
}

void journal_noted_free(struct journal_noted *noted)
{
	hash_index_free(&noted->all, NULL);
	hash_index_free(&noted->unwritten, NULL);
}
