/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/program_table.h"

#include "base/error.h"

static bool program_table_is_same(const void *item, const void *key)
{
	const struct program *program = item;
	const uint32_t *id = key;

	return program->info.id == *id;
}

static struct program *program_table_find(const struct program_table *table, uint32_t id)
{
	return hash_index_find(&table->by_id, hash_number(id), program_table_is_same, &id);
}

struct program *program_table_get(const struct program_table *table, uint32_t id)
{
	struct program *program = program_table_find(table, id);

	return program ? program_ref(program) : NULL;
}

enum cgswap_status program_table_add(struct program_table *table, struct program *program)
{
	if (program_table_find(table, program->info.id))
		return CGSWAP_OK;
	if (hash_index_reserve(&table->by_id, 1))
		return error_no_memory();
	hash_index_add(&table->by_id, hash_number(program->info.id), program_ref(program));
	return CGSWAP_OK;
}

static void program_table_unref(void *program)
{
	program_unref(program);
}

void program_table_free(struct program_table *table)
{
	hash_index_free(&table->by_id, program_table_unref);
}
