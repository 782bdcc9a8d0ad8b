/* SPDX-License-Identifier: BSD-2-Clause */
/* The public handle of an object: inspects the file, and loads nothing. */
#include "object/object_handle.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/getter.h"

#define OBJECT_GETTER(result, function, at, value, none)                                           \
	GETTER(result, function, cgswap_object, at, value, none)

/* The memory stays, since getters in other threads may be reading it. */
static void object_shut(struct handle *handle)
{
	struct cgswap_object *object = (struct cgswap_object *)handle;

	for (size_t i = 0; object->programs && i < object->inspection.program_count; i++)
		program_shut_lent(object->programs[i]);
}

static void object_free(struct handle *handle)
{
	struct cgswap_object *object = (struct cgswap_object *)handle;

	for (size_t i = 0; object->programs && i < object->inspection.program_count; i++)
		program_free_shut(object->programs[i]);
	for (size_t i = 0; object->constants && i < object->inspection.program_count; i++)
		constant_report_unref(object->constants[i]);
	free(object->programs);
	free(object->constants);
	object_file_free(&object->file);
	free(object->path);
	inspection_free(&object->inspection);
	session_release(object->session, handle);
	free(object);
}

static enum cgswap_status object_open_in(cgswap_object **out, cgswap_session *session,
					 const char *path)
{
	struct cgswap_object *object;
	enum cgswap_status status;

	if (!out)
		return error_bad_argument("'%s'{option} is NULL", "out");
	if (!path)
		return error_bad_argument("'%s'{option} is NULL; expected an object file", "path");
	if (!*path)
		return error_bad_argument("the path of the object file is empty");
	object = calloc(1, sizeof(*object));
	if (!object)
		return error_no_memory();
	handle_init(&object->handle, object_shut, object_free);
	object->session = session;
	session_adopt(session, &object->handle);
	object->path = strdup(path);
	status = object->path ? inspect_file(&object->inspection, &object->file, path)
			      : error_no_memory();
	if (status) {
		cgswap_object_unref(object);
		return status;
	}
	*out = object;
	return CGSWAP_OK;
}

enum cgswap_status cgswap_object_open(cgswap_object **out, cgswap_session *session,
				      const char *path)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = session_enter(session, "open object");
	if (status)
		return status;
	return session_leave(session, object_open_in(out, session, path));
}

cgswap_object *cgswap_object_ref(cgswap_object *object)
{
	if (object)
		handle_ref(&object->handle);
	return object;
}

void cgswap_object_unref(cgswap_object *object)
{
	if (object)
		handle_unref(&object->handle);
}

enum cgswap_status cgswap_object_close(cgswap_object *object)
{
	return handle_close(object ? &object->handle : NULL, "close object");
}

/*
 * Returns an empty inspection for NULL and for a closed handle. A getter asks once, because another
 * thread may close the session between two looks.
 */
static const struct inspection *object_inspection(const cgswap_object *object)
{
	static const struct inspection nothing;

	return object && handle_is_open(&object->handle) ? &object->inspection : &nothing;
}

static const struct inspected_program *object_program_at(const cgswap_object *object, size_t index)
{
	const struct inspection *inspection = object_inspection(object);

	return index < inspection->program_count ? &inspection->programs[index] : NULL;
}

static const struct inspected_map *object_map_at(const cgswap_object *object, size_t index)
{
	const struct inspection *inspection = object_inspection(object);

	return index < inspection->map_count ? &inspection->maps[index] : NULL;
}

const char *cgswap_object_get_license(const cgswap_object *object)
{
	const struct inspection *inspection = object_inspection(object);

	return inspection->license ? inspection->license : "";
}

size_t cgswap_object_get_program_count(const cgswap_object *object)
{
	return object_inspection(object)->program_count;
}

OBJECT_GETTER(const char *, cgswap_object_get_program_name, object_program_at, it->name, "")
OBJECT_GETTER(const char *, cgswap_object_get_program_section, object_program_at, it->section, "")
OBJECT_GETTER(const char *, cgswap_object_get_program_type, object_program_at, it->type, "")
OBJECT_GETTER(const char *, cgswap_object_get_program_attach_type, object_program_at,
	      it->attach_type ? it->attach_type->name : "", "")
OBJECT_GETTER(size_t, cgswap_object_get_program_length, object_program_at, it->length, 0)

size_t cgswap_object_get_map_count(const cgswap_object *object)
{
	return object_inspection(object)->map_count;
}

OBJECT_GETTER(const char *, cgswap_object_get_map_name, object_map_at, it->name, "")
OBJECT_GETTER(const char *, cgswap_object_get_map_type, object_map_at, it->type, "")
OBJECT_GETTER(uint32_t, cgswap_object_get_map_key_size, object_map_at, it->key_size, 0)
OBJECT_GETTER(uint32_t, cgswap_object_get_map_value_size, object_map_at, it->value_size, 0)
OBJECT_GETTER(uint32_t, cgswap_object_get_map_max_entries, object_map_at, it->max_entries, 0)

size_t cgswap_object_get_metadata_count(const cgswap_object *object)
{
	return object_inspection(object)->metadata.count;
}

const char *cgswap_object_get_metadata_name(const cgswap_object *object, size_t index)
{
	return metadata_name(&object_inspection(object)->metadata, index);
}

const char *cgswap_object_get_metadata_value(const cgswap_object *object, size_t index)
{
	return metadata_value(&object_inspection(object)->metadata, index);
}

const char *cgswap_object_get_note(const cgswap_object *object)
{
	return object_inspection(object)->note;
}
