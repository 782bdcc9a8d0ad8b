/* SPDX-License-Identifier: BSD-2-Clause */
#include "maps_apart.h"
#include "open.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_LENGTH = 15 }; /* the kernel cuts the name of a map */

/* Read-only data are each program's own in any case. */
static bool is_same_name(const char *name, const char *other)
{
	return *name && *other && !strstr(name, ".rodata") &&
	       strncmp(name, other, NAME_LENGTH) == 0;
}

static void compare_maps(struct maps_apart *out, const cgswap_program *program,
			 const cgswap_program *other)
{
	size_t i, j;

	for (i = 0; i < cgswap_program_get_map_count(program); i++) {
		for (j = 0; j < cgswap_program_get_map_count(other); j++) {
			const char *name = cgswap_program_get_map_name(program, i);

			if (!is_same_name(name, cgswap_program_get_map_name(other, j)) ||
			    cgswap_program_get_map_id(program, i) ==
				    cgswap_program_get_map_id(other, j))
				continue;
			out->id = cgswap_program_get_map_id(program, i);
			out->other_id = cgswap_program_get_map_id(other, j);
			out->program_id = cgswap_program_get_id(other);
			snprintf(out->map, sizeof(out->map), "%s", name);
			snprintf(out->program, sizeof(out->program), "%s",
				 cgswap_program_get_name(other));
			return;
		}
	}
}

/* The entry that has the name of a program of the object. */
static void compare_entry(struct maps_apart *out, cgswap_session *session, const char *cgroup,
			  const char *attach_type, const char *name, const cgswap_program *program)
{
	cgswap_program *other;
	cgswap_chain *chain;
	char source[16];
	size_t position;

	if (!*attach_type || cgswap_chain_open(&chain, session, cgroup, attach_type) != CGSWAP_OK)
		return;
	if (cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) == CGSWAP_OK &&
	    cgswap_chain_find(chain, name, &position) == CGSWAP_OK) {
		snprintf(source, sizeof(source), "id:%" PRIu32,
			 cgswap_entry_get_id(cgswap_chain_get_entry(chain, position)));
		if (cgswap_program_open(&other, session, source, NULL) == CGSWAP_OK) {
			if (cgswap_program_get_id(other) != cgswap_program_get_id(program))
				compare_maps(out, program, other);
			cgswap_program_unref(other);
		}
	}
	cgswap_chain_unref(chain);
}

void maps_apart_find(struct maps_apart *out, cgswap_session *session, const char *cgroup,
		     const char *source, const cgswap_program *program)
{
	cgswap_object *object = open_source_object(session, source);
	size_t i;

	*out = (struct maps_apart){ 0 };
	for (i = 0; i < cgswap_object_get_program_count(object) && !out->program_id; i++) {
		const char *name = cgswap_object_get_program_name(object, i);

		if (strcmp(name, cgswap_program_get_name(program)) != 0)
			compare_entry(out, session, cgroup,
				      cgswap_object_get_program_attach_type(object, i), name,
				      program);
	}
	cgswap_object_unref(object);
}

void maps_apart_text(char text[MAPS_APART_TEXT], const struct maps_apart *apart)
{
	snprintf(text, MAPS_APART_TEXT,
		 "its map '%s' (%" PRIu32 ") is not map %" PRIu32 " of program %" PRIu32
		 " (%s), which is of the same object: programs that are attached one by one share "
		 "no maps (cgswap attach CGROUP OBJECT attaches all)",
		 apart->map, apart->id, apart->other_id, apart->program_id, apart->program);
}
