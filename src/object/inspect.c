/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/inspect.h"

#include <bpf/btf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "object/elf_check.h"
#include "object/legacy_maps.h"
#include "object/map_spec.h"
#include "object/object.h"
#include "object/prog_array.h"
#include "object/program_fit.h"
#include "object/select_program.h"

enum { LICENSE_SIZE = 64 }; /* the most that libbpf passes to the kernel */

static const char *inspect_text_or_empty(const char *text)
{
	return text ? text : "";
}

/* Names in a file can be any bytes. */
static char *inspect_text(const char *text)
{
	return text_printable(text, strlen(text));
}

/* cgroup/skb does not name a direction; libbpf then reports the first of all attach types. */
static const struct attach_type *inspect_attach_type(const struct bpf_program *program)
{
	const char *section = inspect_text_or_empty(bpf_program__section_name(program));
	const struct attach_type *type = program_fit_section_type(program);

	if (type)
		return type;
	type = attach_type_by_number(bpf_program__expected_attach_type(program));
	if (!type || type->program_type != (uint32_t)bpf_program__type(program))
		return NULL;
	if (strcmp(section, "cgroup/skb") == 0 || strcmp(section, "cgroup_skb") == 0)
		return NULL;
	return type;
}

static bool inspect_program(struct inspected_program *out, struct bpf_object *object,
			    const struct object_file *file, const struct bpf_program *program)
{
	enum bpf_prog_type type = bpf_program__type(program);

	out->name = inspect_text(inspect_text_or_empty(bpf_program__name(program)));
	out->section = inspect_text(inspect_text_or_empty(bpf_program__section_name(program)));
	out->type = "";
	out->attach_type = inspect_attach_type(program);
	if (type == BPF_PROG_TYPE_UNSPEC && out->attach_type)
		type = (enum bpf_prog_type)out->attach_type->program_type;
	if (type != BPF_PROG_TYPE_UNSPEC)
		out->type = inspect_text_or_empty(libbpf_bpf_prog_type_str(type));
	out->length = bpf_program__insn_cnt(program);
	out->optional = !bpf_program__autoload(program);
	out->is_tail = prog_array_has_program(object, file, program);
	return out->name && out->section;
}

static bool inspect_programs(struct inspection *out, struct bpf_object *object,
			     const struct object_file *file)
{
	struct bpf_program *program;
	size_t count = 0;

	bpf_object__for_each_program(program, object) count++;
	out->programs = calloc(count ? count : 1, sizeof(*out->programs));
	if (!out->programs)
		return false;
	bpf_object__for_each_program(
		program, object) if (!inspect_program(&out->programs[out->program_count++], object,
						      file, program)) return false;
	return true;
}

static bool inspect_map(struct inspected_map *out, const struct bpf_map *map)
{
	out->name = inspect_text(inspect_text_or_empty(bpf_map__name(map)));
	out->type = inspect_text_or_empty(libbpf_bpf_map_type_str(bpf_map__type(map)));
	out->key_size = bpf_map__key_size(map);
	out->value_size = bpf_map__value_size(map);
	out->max_entries = bpf_map__max_entries(map);
	return out->name;
}

static bool inspect_maps(struct inspection *out, struct bpf_object *object)
{
	struct bpf_map *map;
	size_t count = 0;

	bpf_object__for_each_map(map, object) count++;
	out->maps = calloc(count ? count : 1, sizeof(*out->maps));
	if (!out->maps)
		return false;
	bpf_object__for_each_map(
		map, object) if (!inspect_map(&out->maps[out->map_count++], map)) return false;
	return true;
}

/* Reads the metadata from the read-only sections, which libbpf holds in memory with their BTF. */
static bool inspect_metadata(struct inspection *out, struct bpf_object *object)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map;

	if (!btf)
		return true;
	bpf_object__for_each_map(map, object)
	{
		const void *bytes;
		size_t size = 0;

		if (!bpf_map__is_internal(map) || !(bpf_map__map_flags(map) & BPF_F_RDONLY_PROG))
			continue;
		bytes = bpf_map__initial_value(map, &size);
		if (bytes &&
		    metadata_add(&out->metadata, btf, bpf_map__btf_value_type_id(map), bytes, size))
			return false;
	}
	return true;
}

enum cgswap_status inspect_object(struct inspection *out, const struct object_file *file,
				  struct bpf_object *object)
{
	char license[LICENSE_SIZE];

	elf_check_license(license, sizeof(license), file);
	out->license = inspect_text(license);
	if (!out->license || !inspect_programs(out, object, file) || !inspect_maps(out, object) ||
	    !inspect_metadata(out, object))
		return error_no_memory();
	return CGSWAP_OK;
}

/* ---- legacy maps ----------------------------------------------------------------------------- */

static bool inspect_legacy_map(const char *name, const struct map_spec *spec, void *user)
{
	struct inspection *out = user;
	struct inspected_map *maps, *map;

	maps = realloc(out->maps, (out->map_count + 1) * sizeof(*maps));
	if (!maps)
		return false;
	out->maps = maps;
	map = &maps[out->map_count];
	*map = (struct inspected_map){
		.name = inspect_text(name),
		.type = inspect_text_or_empty(
			libbpf_bpf_map_type_str((enum bpf_map_type)spec->type)),
		.key_size = spec->key_size,
		.value_size = spec->value_size,
		.max_entries = spec->max_entries,
	};
	if (!map->name)
		return false;
	out->map_count++;
	return true;
}

/* A file that libbpf refuses for its section of maps is shown as if it had none, and its maps. */
static enum cgswap_status inspect_legacy(struct inspection *out, const struct object_file *file,
					 const char *path, const char *section)
{
	struct bpf_object *object = NULL;
	enum cgswap_status status;
	struct object_file hidden;

	if (!legacy_maps_hide(&hidden, file))
		return error_no_memory();
	status = object_open(&object, &hidden, path);
	if (!status)
		status = inspect_object(out, file, object);
	if (!status && !legacy_maps_read(file, inspect_legacy_map, out))
		status = error_no_memory();
	if (!status)
		status = select_program_check_any(object, path);
	bpf_object__close(object);
	object_file_free(&hidden);
	if (status)
		return status;
	snprintf(out->note, sizeof(out->note),
		 "this file cannot be loaded: its maps are in the section '%s', which libbpf does "
		 "not read since 1.0; declare them in SEC(\".maps\")",
		 section);
	return CGSWAP_OK;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static enum cgswap_status inspect_current(struct inspection *out, const struct object_file *file,
					  const char *path)
{
	struct bpf_object *object;
	enum cgswap_status status = object_open(&object, file, path);

	if (status)
		return status;
	status = inspect_object(out, file, object);
	if (!status)
		status = select_program_check_any(object, path);
	bpf_object__close(object);
	return status;
}

enum cgswap_status inspect_file(struct inspection *out, struct object_file *file, const char *path)
{
	enum cgswap_status status;
	char legacy[64];

	status = object_file_read(file, path, NULL);
	if (status)
		return status;
	legacy_maps_section(legacy, sizeof(legacy), file);
	status = *legacy ? inspect_legacy(out, file, path, legacy)
			 : inspect_current(out, file, path);
	return status;
}

void inspection_free(struct inspection *inspection)
{
	for (size_t i = 0; i < inspection->program_count; i++) {
		free(inspection->programs[i].name);
		free(inspection->programs[i].section);
	}
	for (size_t i = 0; i < inspection->map_count; i++)
		free(inspection->maps[i].name);
	free(inspection->license);
	free(inspection->programs);
	free(inspection->maps);
	metadata_free(&inspection->metadata);
	*inspection = (struct inspection){ 0 };
}
