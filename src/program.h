/* SPDX-License-Identifier: BSD-2-Clause */
/* One loaded program, however it came. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdatomic.h>

#include "session.h"

enum { PROGRAM_NAME_SIZE = 128, PROGRAM_TAG_SIZE = 2 * KERNEL_TAG_SIZE + 1 };

/* Shared by the public handle and the steps that use it; its descriptor closes with the last. */
struct program {
	atomic_uint refs;
	struct kernel *kernel;
	int fd;
	struct kernel_program info;
	char name[PROGRAM_NAME_SIZE]; /* the full one where BTF tells it */
	char tag[PROGRAM_TAG_SIZE];
	char (*map_names)[KERNEL_NAME_SIZE]; /* one for each of info.map_ids, once learned */
};

struct cgswap_program {
	struct handle handle;
	struct cgswap_session *session;
	struct program *program; /* NULL once closed */
};

/* A program from a descriptor, which it takes over, also on failure. */
enum cgswap_status program_from_fd(struct program **out, struct kernel *kernel, int fd,
				   const char *operation);

/* A descriptor for the program with this id, or a refusal. */
enum cgswap_status program_fd_by_id(int *fd, struct kernel *kernel, uint32_t id,
				    const char *operation);

/* Fetches the names of its maps, once; what cannot be read stays "". */
void program_learn_maps(struct program *program);

struct program *program_ref(struct program *program);
void program_unref(struct program *program);

/* Its names and tag as text, from what the kernel says of it. */
void program_name(char *name, size_t size, struct kernel *kernel, int fd,
		  const struct kernel_program *info);
void program_tag(char *tag, const struct kernel_program *info);

/* "12 (fw)", or "12" where the name cannot be had; text is returned. */
enum { PROGRAM_LABEL_SIZE = PROGRAM_NAME_SIZE + 16 };
const char *program_label(char *text, struct kernel *kernel, uint32_t id);

/* Refuses a descriptor that was to be a program: says what it is instead. */
enum cgswap_status program_refuse_kind(struct kernel *kernel, int fd, const char *named,
				       const char *operation);

#endif
