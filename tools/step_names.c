/* SPDX-License-Identifier: BSD-2-Clause */
#include "step_names.h"
#include "open.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *name_and_version(const char *name, const char *version)
{
	char *text;

	if (asprintf(&text, "%s%s%s", *name ? name : "-", *version ? " " : "", version) < 0)
		return NULL;
	return text;
}

static const char *entry_version(const cgswap_entry *entry)
{
	size_t i;

	for (i = 0; i < cgswap_entry_get_metadata_count(entry); i++) {
		if (strcmp(cgswap_entry_get_metadata_name(entry, i), "version") == 0)
			return cgswap_entry_get_metadata_value(entry, i);
	}
	return "";
}

/* Any entry of the program will do: all have the same name and version. NULL: it is not known. */
static char *name_in_chain(const cgswap_chain *chain, uint32_t id)
{
	const cgswap_entry *entry;
	size_t i;

	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		entry = cgswap_chain_get_entry(chain, i);
		if (cgswap_entry_get_id(entry) == id && *cgswap_entry_get_type(entry))
			return name_and_version(cgswap_entry_get_name(entry), entry_version(entry));
	}
	return NULL;
}

void old_program_read(struct old_program *old, const cgswap_step *step)
{
	cgswap_chain *chain = cgswap_step_get_chain(step);

	*old = (struct old_program){ .name = NULL };
	/* a failure must not prevent the replace, and is reported only if the replace succeeds */
	if (cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) != CGSWAP_OK)
		old->error = cgswap_error_dup();
	else
		cgswap_chain_describe(chain, CGSWAP_DESCRIBE_METADATA);
	old->name = name_in_chain(chain, cgswap_step_get_old_id(step));
}

void old_program_free(struct old_program *old)
{
	free(old->name);
	cgswap_error_free(old->error);
}

/* The version that an object file has in its metadata; "" for any other source. */
static const char *object_version(const cgswap_object *object)
{
	size_t i;

	for (i = 0; i < cgswap_object_get_metadata_count(object); i++) {
		if (strcmp(cgswap_object_get_metadata_name(object, i), "version") == 0)
			return cgswap_object_get_metadata_value(object, i);
	}
	return "";
}

/* The name of a new program that has no entry, after a dry run or another change of the chain. */
static char *name_of_loaded(cgswap_session *session, uint32_t id, const char *source)
{
	cgswap_program *program;
	cgswap_object *object;
	char loaded[16], *name;

	snprintf(loaded, sizeof(loaded), "id:%" PRIu32, id);
	if (cgswap_program_open(&program, session, loaded, NULL) != CGSWAP_OK)
		return NULL;
	object = open_source_object(session, source);
	name = name_and_version(cgswap_program_get_name(program), object_version(object));
	cgswap_object_unref(object);
	cgswap_program_unref(program);
	return name;
}

char *step_new_name(cgswap_session *session, const cgswap_step *step, const char *source)
{
	cgswap_chain *chain = cgswap_step_get_chain(step);
	uint32_t id = cgswap_step_get_new_id(step);
	char *name = NULL;

	if (cgswap_step_get_state(step) == CGSWAP_STEP_DONE &&
	    cgswap_chain_read(chain) == CGSWAP_OK &&
	    cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) == CGSWAP_OK) {
		cgswap_chain_describe(chain, CGSWAP_DESCRIBE_METADATA);
		name = name_in_chain(chain, id);
	}
	return name ? name : name_of_loaded(session, id, source);
}
