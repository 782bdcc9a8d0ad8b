/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libFuzzer's target: reads any bytes as an object file and does everything that is done before loading.
 * No file may crash the process.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "object/elf_check.h"
#include "object/inspect.h"
#include "object/legacy_maps.h"
#include "object/map_spec.h"
#include "object/needed_maps.h"
#include "object/object.h"
#include "object/prog_array.h"
#include "object/select_program.h"

static bool take_map(const char *name, const struct map_spec *spec, void *user)
{
	(void)name;
	(void)spec;
	(void)user;
	return true;
}

static void read_legacy_maps(const struct object_file *file)
{
	struct bpf_object *object = NULL;
	struct object_file hidden;
	char section[64];

	legacy_maps_section(section, sizeof(section), file);
	legacy_maps_read(file, take_map, NULL);
	if (!*section || !legacy_maps_hide(&hidden, file))
		return;
	object_open(&object, &hidden, NAME);
	bpf_object__close(object);
	free(hidden.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char NAME[] = "fuzz.o";

/* Selects a program for attach types that the kernel checks at load, for others, and for none. */
static void select_programs(struct bpf_object *object, const struct object_file *file)
{
	static const char *const names[] = { NULL, "egress", "connect4", "sock_ops", "device" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct attach_type *type = NULL;
		struct bpf_program *program;

		if (names[i] && attach_type_find(&type, names[i]))
			abort();
		select_program(&program, object, NAME, NULL, type);
		prog_array_prepare(object, file, NAME, type);
		needed_maps_select(object, file);
	}
}

static bool take_map(const char *name, const struct map_spec *spec, void *user)
{
	(void)name;
	(void)spec;
	(void)user;
	return true;
}

static void read_legacy_maps(const struct object_file *file)
{
	struct bpf_object *object = NULL;
	struct object_file hidden;
	char section[64];

	legacy_maps_section(section, sizeof(section), file);
	legacy_maps_read(file, take_map, NULL);
	if (!*section || !legacy_maps_hide(&hidden, file))
		return;
	object_open(&object, &hidden, NAME);
	bpf_object__close(object);
	free(hidden.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* exactly this size, so that the sanitizer notices a read past the end */
	struct object_file file = { malloc(size ? size : 1), size };
	struct inspection seen = { 0 };
	struct bpf_object *object = NULL;

	if (!file.bytes)
		return 0;
	memcpy(file.bytes, data, size);
	if (!elf_check(&file, NAME)) {
		read_legacy_maps(&file);
		if (!object_open(&object, &file, NAME)) {
			inspect_object(&seen, &file, object);
			select_programs(object, &file);
		}
	}
	inspection_free(&seen);
	bpf_object__close(object);
	free(file.bytes);
	error_clear();
	return 0;
}
