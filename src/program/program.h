/* SPDX-License-Identifier: BSD-2-Clause */
/* A loaded program. */
#ifndef CGSWAP_PROGRAM_PROGRAM_H
#define CGSWAP_PROGRAM_PROGRAM_H

#include <stdatomic.h>

#include "base/error_text.h"
#include "kernel/map_fd.h"
#include "program/map_claim.h"
#include "session/session.h"

enum { PROGRAM_NAME_SIZE = 128, PROGRAM_TAG_SIZE = 2 * KERNEL_TAG_SIZE + 1 };

struct constant_report;
struct program_shelf;

/* A map of a program, and its origin. */
struct program_map {
	char name[PROGRAM_NAME_SIZE]; /* as in the object; else the kernel's, or "" */
	bool reused;                  /* it was another program's, with its contents */
	bool timers_end;              /* it has timers, and nothing holds it open */
	const char *reason;           /* a constant, or counted */
	char *counted;                /* a reason with numbers; or NULL */
};

/*
 * Shared by the public handle and the steps that use it. The last user closes its descriptor; its
 * memory stays, for getters of a handle that another thread closes, until the last reference goes.
 */
struct program {
	atomic_uint refs, users;
	struct kernel *kernel;
	int fd; /* -1: on a shelf, and closed */
	struct kernel_program info;
	char name[PROGRAM_NAME_SIZE]; /* the full one, if BTF has it */
	char tag[PROGRAM_TAG_SIZE];
	struct program_map *maps;  /* one for each of info.map_ids, once read */
	struct map_fd **open_maps; /* one for each of info.map_ids; NULL: not open */
	struct map_claim *claims;  /* for its maps that are pinned by name */
	char **unpinned_maps;      /* the object's that want a pin and were not created; or NULL */
	/* see program_shelf.h; lent: users that expect it to be open, beside its transaction */
	struct program_shelf *_Atomic shelf;
	struct program *next_on_shelf, *older, *newer;
	atomic_uint lent;
	bool is_put; /* the place of the shelf has it */
};

/* The public handle, whose functions are in load/program_handle.c. */
struct cgswap_program {
	struct handle handle;
	struct cgswap_session *session;
	struct program *program;
	struct constant_report *constants; /* NULL: not from an object */
};

/* ---- program.c */

/* Makes a program from a descriptor, and takes ownership of it, also on failure. */
enum cgswap_status program_from_fd(struct program **out, struct kernel *kernel, int fd);

/* Opens the program with this id; *fd is the caller's. */
enum cgswap_status program_fd_by_id(int *fd, struct kernel *kernel, uint32_t id);

/* The error for a descriptor given as a program that is something else; named is its source. */
enum cgswap_status program_error_kind(struct kernel *kernel, int fd, const char *named);

/*
 * A reference is a user too, and program_unref() gives up both: program_shut() the use,
 * program_free_shut() the memory.
 */
struct program *program_ref(struct program *program);
void program_unref(struct program *program);
void program_shut(struct program *program);
void program_free_shut(struct program *program);

/*
 * The program has a handle, whose caller may use its descriptor at any time; NULL is accepted. The
 * second function gives up the use too.
 */
void program_lend(struct program *program);
void program_shut_lent(struct program *program);

/*
 * The program is about to be attached, or its descriptor to be handed out: its maps are pinned by
 * their names, all or none. program_unuse() takes this back, for a program that was not attached
 * after all. A use that is not taken back lasts.
 */
enum cgswap_status program_use(const struct program *program);
void program_unuse(const struct program *program);

/* An error if program_use() would meet something else that is pinned. */
enum cgswap_status program_check_use(const struct program *program);

/* ---- program_shelf.c */

/*
 * The descriptor of the program will be used: opens it if its shelf has closed it. Calls for other
 * programs may close it again, but not the next one.
 */
enum cgswap_status program_open(struct program *program);

/* ---- program_map.c */

/* Reasons: for a program that is not from an object; for a map that is reused. */
#define PROGRAM_MAP_UNKNOWN "not from an object"
#define PROGRAM_MAP_SAME    "same map as the old program's"

/*
 * Opens a map of the program, by its index in info.map_ids; 0 or a negative errno. It stays open,
 * and is opened once, until the call that works with the program closes its maps.
 */
int program_open_map(struct map_fd **out, const struct program *program, size_t index);
void program_close_maps(const struct program *program);

/* The program's map is open already: takes a reference. */
void program_hold_map(const struct program *program, uint32_t id, struct map_fd *map);

/* Reads the names of the program's maps, once, unless the object gave them; "" if unreadable. */
void program_read_maps(struct program *program);

void program_free_maps(struct program *program);

bool program_uses_map(const struct program *program, uint32_t id);

/* NULL past the end. */
const struct program_map *program_map_at(const struct program *program, size_t index);

/* ---- program_label.c */

/* Its name and tag as text, from its info; fd is needed if the kernel truncated the name. */
void program_name(char *name, size_t size, struct kernel *kernel, int fd,
		  const struct kernel_program *info);
void program_tag(char *tag, const struct kernel_program *info);

/* Writes "12 (fw)", or "12" if the name cannot be read, to text; returns text. */
enum { PROGRAM_LABEL_SIZE = PROGRAM_NAME_SIZE + 16 };
const char *program_label(char *text, struct kernel *kernel, uint32_t id);

/* Appends the same to the message of an error. */
void program_add_label(struct error_text *text, struct kernel *kernel, uint32_t id);

#endif
