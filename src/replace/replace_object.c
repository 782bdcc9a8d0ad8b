/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that a call on an object selects, and their chains. */
#include "replace/replace_object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static enum cgswap_status part_open_chain(struct object_parts *parts, size_t index,
					  const char *cgroup)
{
	struct object_part *part = &parts->parts[index];
	enum cgswap_status status;

	for (size_t i = 0; i < index; i++)
		if (parts->parts[i].of->attach_type == part->of->attach_type) {
			part->chain = cgswap_chain_ref(parts->parts[i].chain);
			return CGSWAP_OK;
		}
	status = chain_open(&part->chain, parts->object->session, cgroup, part->of->attach_type);
	if (!status)
		status = chain_check_changeable(part->chain);
	if (!status)
		status = chain_check_cgroup(part->chain, parts->opts.expected_cgroup_id);
	return status;
}

static enum cgswap_status parts_allocate(struct object_parts *parts)
{
	const char *directory = parts->opts.pin_dir;
	size_t count = parts->object->inspection.program_count, longest = 0;

	parts->indexes = calloc(count + 1, sizeof(*parts->indexes));
	parts->parts = calloc(count + 1, sizeof(*parts->parts));
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(parts->object->inspection.programs[i].name);

		longest = length > longest ? length : longest;
	}
	if (directory)
		parts->pin = malloc(strlen(directory) + longest + 2);
	if (!parts->indexes || !parts->parts || (directory && !parts->pin))
		return error_no_memory();
	return CGSWAP_OK;
}

enum cgswap_status object_parts_open(struct object_parts *out, cgswap_object *object,
				     const char *cgroup, const struct cgswap_object_opts *given)
{
	enum cgswap_status status;
	size_t count = 0;

	out->object = object;
	status = object_take_opts(&out->opts, given);
	if (!status && !cgroup)
		status = error_bad_argument("'%s'{option} is NULL", "cgroup");
	if (!status)
		status = parts_allocate(out);
	if (!status)
		status = object_select(out->indexes, &count, object, &out->opts);
	for (size_t i = 0; i < count && !status; i++) {
		out->parts[i].of = &object->inspection.programs[out->indexes[i]];
		out->count++;
		status = part_open_chain(out, i, cgroup);
	}
	return status;
}

void object_parts_free(struct object_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		cgswap_chain_unref(parts->parts[i].chain);
	free(parts->parts);
	free(parts->indexes);
	free(parts->pin);
}

const char *object_part_pin(const struct object_parts *parts, const struct object_part *part)
{
	if (!parts->opts.pin_dir)
		return NULL;
	sprintf(parts->pin, "%s/%s", parts->opts.pin_dir, part->of->name);
	return parts->pin;
}

enum cgswap_status object_part_enter(const struct object_part *part)
{
	return chain_join(part->chain);
}
