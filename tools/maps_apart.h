/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_MAPS_APART_H
#define TOOLS_MAPS_APART_H

#include <cgswap.h>

#include <stdint.h>

/* A map of a program, and a map of the same name of another program of the same object. */
struct maps_apart {
	uint32_t id, other_id;
	uint32_t program_id; /* the other program; 0: there is none */
	char map[128], program[128];
};

/*
 * Looks for another program of the object that is attached to the cgroup and has a map of its own
 * where this program has one: they were attached one by one. A source that is not an object has
 * none.
 */
void maps_apart_find(struct maps_apart *out, cgswap_session *session, const char *cgroup,
		     const char *source, const cgswap_program *program);

enum { MAPS_APART_TEXT = 600 };

/* Writes a sentence that says so. */
void maps_apart_text(char text[MAPS_APART_TEXT], const struct maps_apart *apart);

#endif
