/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of a transaction in memory, and how it is read. */
#ifndef CGSWAP_JOURNAL_JOURNAL_RECORD_H
#define CGSWAP_JOURNAL_JOURNAL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/attach_type.h"

struct journal_directory;

/* Strings of a record that was read are in its text; those of one that is written, the caller's. */
struct journal_program {
	uint32_t id;
	const char *name, *tag;
};

enum journal_method { JOURNAL_PLAIN, JOURNAL_LINK, JOURNAL_OVERWRITE };

/* The last that was written of a step. */
enum journal_progress { JOURNAL_PLANNED, JOURNAL_DONE, JOURNAL_UNDONE };

/* One entry, which is swapped. */
struct journal_step {
	uint64_t cgroup_id;
	const char *cgroup; /* its path */
	const struct attach_type *type;
	enum journal_method method;
	uint32_t link_id;  /* for JOURNAL_LINK */
	uint32_t position; /* UINT32_MAX: unknown */
	struct journal_program old, new;
	enum cgswap_preorder old_preorder, new_preorder;
	const char *pin;  /* or NULL */
	bool pin_was_old; /* the pin existed, and was the old program's */
	bool pin_removed; /* the pin is the old program's, and goes: an undo of one that was made */
	enum journal_progress progress;
};

/* A map that is pinned with a program. */
struct journal_map {
	uint32_t id, program_id;
	const char *name;
	const char *slots; /* those of a program array that are filled: "0,2-5"; "" for none */
};

/* A program that cgswap loaded itself, and constants there. */
struct journal_loaded {
	uint32_t program_id;
	const char *tag;
};
struct journal_constant {
	uint32_t program_id;
	const char *name, *value;
};
struct journal_constants {
	size_t count;
	struct journal_constant *items;
};

/* The aim of a transaction. */
struct journal_aim {
	uint64_t undoes; /* the transaction that it takes back; 0: none */
	uint32_t keep;   /* its old programs are held afterwards, of so many transactions at most;
			    0: they are not */
};

/* A pin of a map by its name, which is made, moved or removed when its new program is attached. */
struct journal_map_pin {
	const char *path;
	uint32_t program_id;
	uint32_t map_id; /* the map that is pinned; 0: the pin goes, an undo of one that was made */
	uint32_t old_id; /* the map whose pin it takes; 0: the path was free */
	uint32_t newest; /* programs with greater ids may have found the map by the pin */
};

struct journal_who {
	uint32_t uid, pid;
	int64_t since; /* seconds since 1970 */
	char command[256];
};

struct journal_record {
	uint64_t id;
	struct journal_who who;
	const char *boot;
	const char *pins;  /* the directory in the bpffs; "" before it was made */
	uint64_t bpffs;    /* the number of that bpffs; 0: not known */
	const char *ended; /* "done" or "undone"; NULL: it did not end */
	struct journal_aim aim;
	struct journal_step *steps;
	struct journal_map *maps;
	struct journal_map_pin *map_pins;
	struct journal_loaded *loaded;
	struct journal_constants constants; /* that were set */
	struct journal_constants carried; /* that had their values before, and may have been set */
	size_t step_count, map_count, map_pin_count, loaded_count;
	bool is_complete; /* all steps were written, so that changes may have been made */
	uint32_t sum;     /* the checksum of all lines */
	size_t length;    /* the file without a last line that is cut */
	char *text;
};

/* By enum journal_method; by enum cgswap_preorder. */
extern const char *const journal_method_names[], *const journal_preorder_names[];

/* *out is NULL if the file does not exist. */
enum cgswap_status journal_record_read(struct journal_record **out,
				       const struct journal_directory *directory, const char *name);

/* Takes ownership of the text, also on failure; path is for messages. */
enum cgswap_status journal_record_parse(struct journal_record **out, char *text, size_t length,
					const char *path);
void journal_record_free(struct journal_record *record);

#endif
