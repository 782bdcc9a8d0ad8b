/* SPDX-License-Identifier: BSD-2-Clause */
/* One loaded program, however it came. */
#ifndef CGSWAP_PROGRAM_PROGRAM_H
#define CGSWAP_PROGRAM_PROGRAM_H

#include <stdatomic.h>

#include "program/map_pin.h"
#include "session/session.h"

enum { PROGRAM_NAME_SIZE = 128, PROGRAM_TAG_SIZE = 2 * KERNEL_TAG_SIZE + 1 };

/* How it came to one of its maps. */
struct program_map {
	char name[PROGRAM_NAME_SIZE]; /* the object's; else the kernel's, or "" */
	bool reused;                  /* it was another program's, with what is in it */
	const char *reason;           /* a constant */
};

/* A map of its object's that is pinned by its name. */
struct program_pin {
	struct program_pin *next;
	struct map_pin *pin;
};

/* Shared by the public handle and the steps that use it; its descriptor closes with the last. */
struct program {
	atomic_uint refs;
	struct kernel *kernel;
	int fd;
	struct kernel_program info;
	char name[PROGRAM_NAME_SIZE]; /* the full one where BTF tells it */
	char tag[PROGRAM_TAG_SIZE];
	struct program_map *maps; /* one for each of info.map_ids, once learned */
	struct program_pin *pins; /* set when it is loaded, and not changed till the end */
};

struct cgswap_program {
	struct handle handle;
	struct cgswap_session *session;
	struct program *program; /* NULL once closed */
};

/* A program from a descriptor, which it takes over, also on failure. */
enum cgswap_status program_from_fd(struct program **out, struct kernel *kernel, int fd);

/* A descriptor for the program with this id, or a refusal. */
enum cgswap_status program_fd_by_id(int *fd, struct kernel *kernel, uint32_t id);

/* Fetches the names of its maps, once, where no object told them; what cannot be read stays "". */
void program_learn_maps(struct program *program);

bool program_uses_map(const struct program *program, uint32_t id);

/* NULL past the end. */
const struct program_map *program_map_at(const struct program *program, size_t index);

/* Why a map is what it is: of a program that was no object's, and of the old one's heir. */
#define PROGRAM_MAP_NOT_OURS "not from an object"
#define PROGRAM_MAP_SAME     "same map as the old program's"

struct program *program_ref(struct program *program);
void program_unref(struct program *program);

/*
 * It stood in a chain, or its descriptor was handed out: the maps that were pinned by their names
 * for it stay pinned.
 */
void program_mark_used(const struct program *program);

/* Its names and tag as text, from what the kernel says of it. */
void program_name(char *name, size_t size, struct kernel *kernel, int fd,
		  const struct kernel_program *info);
void program_tag(char *tag, const struct kernel_program *info);

/* "12 (fw)", or "12" where the name cannot be had; text is returned. */
enum { PROGRAM_LABEL_SIZE = PROGRAM_NAME_SIZE + 16 };
const char *program_label(char *text, struct kernel *kernel, uint32_t id);

/* Refuses a descriptor that was to be a program: says what it is instead. */
enum cgswap_status program_error_kind(struct kernel *kernel, int fd, const char *named);

#endif
