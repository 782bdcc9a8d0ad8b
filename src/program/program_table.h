/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that a transaction has open, by id, so that each takes one descriptor. */
#ifndef CGSWAP_PROGRAM_PROGRAM_TABLE_H
#define CGSWAP_PROGRAM_PROGRAM_TABLE_H

#include "base/hash_index.h"
#include "program/program.h"

/* Zeroed: empty. It has a reference to each of its programs. */
struct program_table {
	struct hash_index by_id;
};

/* Returns a new reference to the program with this id; NULL: it is not in the table. */
struct program *program_table_get(const struct program_table *table, uint32_t id);

/* Adds a program, unless the table has one of this id. */
enum cgswap_status program_table_add(struct program_table *table, struct program *program);

void program_table_free(struct program_table *table);

#endif
