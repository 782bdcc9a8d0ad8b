/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The newest transaction of a chain is taken back first: the programs of an older one are not
 * attached before.
 */
#include <stdlib.h>

#include "base/error.h"
#include "replace/replace_undo.h"

/* An entry of the transaction, and the program that it has after the newer ones. */
struct newer_entry {
	const struct journal_step *step;
	uint32_t id;
	uint64_t by; /* the newest that replaced it; 0: none */
};

static bool newer_replaces(const void *item, const void *key)
{
	const struct newer_entry *entry = item;
	const struct journal_step *step = key;

	return entry->step->cgroup_id == step->cgroup_id && entry->step->type == step->type &&
	       entry->step->link_id == step->link_id && entry->id == step->old.id;
}

static void newer_follow(const struct hash_index *entries, const struct journal_record *newer)
{
	for (size_t i = 0; i < newer->step_count; i++) {
		const struct journal_step *step = &newer->steps[i];
		struct newer_entry *entry = hash_index_find(entries, hash_number(step->cgroup_id),
							    newer_replaces, step);

		if (!entry)
			continue;
		entry->id = step->new.id;
		entry->by = newer->id;
	}
}

static enum cgswap_status newer_follow_all(const struct hash_index *entries,
					   const struct journal_directory *directory, uint64_t id)
{
	enum cgswap_status status = CGSWAP_OK;
	struct journal_record *record;
	uint64_t *ids;
	size_t count;
	int err = journal_kept_list(&ids, &count, directory->kernel, directory);

	if (err)
		return journal_error_unreadable(directory->kernel, directory->path, -err);
	for (size_t i = 0; i < count && !status; i++) {
		if (ids[i] <= id)
			continue;
		status = journal_kept_read(&record, directory, ids[i]);
		if (!status)
			newer_follow(entries, record);
		journal_record_free(record);
	}
	free(ids);
	return status;
}

static enum cgswap_status newer_refuse(const struct newer_entry *entry, uint64_t id,
				       const struct journal_directory *directory)
{
	char option[JOURNAL_OPTION_SIZE];

	error_set(CGSWAP_CAUSE_TRANSACTION_SUPERSEDED, 0,
		  "transaction %llu{transaction} has replaced programs of transaction "
		  "%llu{transaction} since, in %s{attach_type} of '%s'{cgroup}",
		  (unsigned long long)entry->by, (unsigned long long)id,
		  entry->step->type->short_name, entry->step->cgroup);
	journal_option(option, directory->kernel, directory->state_dir);
	error_remedy("take the newer one back first (`cgswap undo %llu%s`), or let it go (`cgswap "
		     "forget %llu%s`)",
		     (unsigned long long)entry->by, option, (unsigned long long)entry->by, option);
	return CGSWAP_E_CONFLICT;
}

enum cgswap_status undo_check_newer(const struct recovery *undone,
				    const struct journal_directory *directory)
{
	const struct journal_record *record = undone->journal->record;
	struct newer_entry *entries = calloc(record->step_count + 1, sizeof(*entries));
	const struct newer_entry *newest = NULL;
	struct hash_index index = { .slots = NULL };
	enum cgswap_status status = CGSWAP_OK;

	if (!entries || hash_index_reserve(&index, record->step_count))
		status = error_no_memory();
	for (size_t i = 0; i < record->step_count && !status; i++) {
		entries[i] = (struct newer_entry){ .step = &record->steps[i],
						   .id = record->steps[i].new.id };
		hash_index_add(&index, hash_number(record->steps[i].cgroup_id), &entries[i]);
	}
	if (!status)
		status = newer_follow_all(&index, directory, record->id);
	for (size_t i = 0; i < record->step_count && !status; i++)
		if (undone->journal->found[i] != CGSWAP_ENTRY_NEW &&
		    undone->journal->found[i] != CGSWAP_ENTRY_GONE && entries[i].by &&
		    (!newest || newest->by < entries[i].by))
			newest = &entries[i];
	if (!status && newest)
		status = newer_refuse(newest, record->id, directory);
	hash_index_free(&index, NULL);
	free(entries);
	return status;
}
