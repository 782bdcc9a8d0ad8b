/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where programs are used on this machine: entries of chains, links, pins, processes. One walk
 * reads each kind. If a walk cannot read something, the result has a reason why it is not complete.
 */
#ifndef CGSWAP_FIND_FIND_H
#define CGSWAP_FIND_FIND_H

#include "base/handle.h"
#include "program/program.h"
#include "session/session.h"

struct find_program {
	uint32_t id;
	uint32_t type; /* 0: the program cannot be read, and is known by its id only */
	char name[PROGRAM_NAME_SIZE];
	char tag[PROGRAM_TAG_SIZE];
};

struct find_entry {
	char *cgroup;
	uint64_t cgroup_id;
	const struct attach_type *type;
	uint32_t position;
	uint32_t program_id;
	uint32_t link_id;
};

struct find_link {
	uint32_t id;
	uint32_t program_id;
	const struct attach_type *type; /* NULL: not a cgroup link */
	uint64_t cgroup_id;
};

struct find_pin {
	char *path;
	uint32_t program_id;
	uint32_t link_id;
};

struct find_process {
	uint32_t process;
	uint32_t program_id;
	uint32_t link_id;
	char command[64];
};

/* A part of the machine that was not looked at. */
struct find_unread {
	const char *list; /* that may lack something: "programs", "entries", "links", ... */
	char *reason;
};

struct find_list {
	void *items;
	size_t count, capacity;
};

struct cgswap_find {
	struct handle handle;
	struct cgswap_session *session;
	struct find_list programs; /* by ascending ids */
	struct find_list entries, links, pins, processes, unread;
};

/* ---- find_list.c */

/* Returns a new zeroed element, or NULL. */
void *find_list_add(struct find_list *list, size_t size);

static inline void *find_list_at(const struct find_list *list, size_t size, size_t index)
{
	return index < list->count ? (char *)list->items + index * size : NULL;
}

/* A typed element; NULL past the end. */
#define FIND_AT(list, type, index) ((type *)find_list_at((list), sizeof(type), (index)))

/* Frees the lists of a find. */
void find_free_lists(struct cgswap_find *find);

/* The program with this id, if it is one that was looked for. */
struct find_program *find_program_by_id(const struct cgswap_find *find, uint32_t id);

/* ---- find_unread.c */

/* Takes the message of the last error as a reason why the result is not complete. */
enum cgswap_status find_add_unread(struct cgswap_find *find, const char *list);

/* Things of one kind that cannot be read, for one reason. */
struct find_missed {
	size_t count;
	int errnum; /* for the first one */
	char first[256];
};

void find_miss(struct find_missed *missed, const char *name, int errnum);

/* Adds a reason, such as "3 pins cannot be opened, such as '/x': EACCES", unless none was missed.
 */
enum cgswap_status find_add_missed(struct cgswap_find *find, const char *list, const char *things,
				   const char *verb, const struct find_missed *missed);

/* ---- The walks. A lack of memory or descriptors is an error. */

/* Reads the programs that a selector means: none is an error. */
enum cgswap_status find_programs(struct cgswap_find *find, const char *selector);

/* Adds the program with this id, in order; one that is not loaded is not added. */
enum cgswap_status find_add_id(struct cgswap_find *find, uint32_t id);

enum cgswap_status find_entries(struct cgswap_find *find);
/* Also finds out which entries the links hold. */
enum cgswap_status find_links(struct cgswap_find *find);
enum cgswap_status find_pins(struct cgswap_find *find);
enum cgswap_status find_processes(struct cgswap_find *find);

#endif
