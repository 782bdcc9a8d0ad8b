/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libFuzzer's target: reads any bytes as an object file and does everything that is done before loading.
 * No file may crash the process.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "base/error.h"
#include "load/constant_pair.h"
#include "object/constant.h"
#include "object/elf_check.h"
#include "object/inspect.h"
#include "object/legacy_maps.h"
#include "object/map_spec.h"
#include "object/needed_maps.h"
#include "object/object.h"
#include "object/prog_array.h"
#include "object/select_program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char NAME[] = "fuzz.o";

enum { LARGEST_SECTION = 16 << 20 };

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
		needed_maps_select(object, file);
		prog_array_prepare(object, file, NAME, type);
	}
}

/* Reads the constants, compares them with themselves, and sets them. */
static void set_constants(const struct constants *constants, unsigned char *bytes)
{
	static const char *const values[] = { "1", "-1", "true", "text", "hex:00000000", "" };
	struct constant_pair *pairs = calloc(2 * (constants->count + 1), sizeof(*pairs));
	char expected[CONSTANT_EXPECTED_SIZE];

	if (!pairs || constant_pair_all(pairs, constants, pairs + constants->count + 1, constants))
		abort();
	for (size_t i = 0; i < constants->count; i++) {
		const struct constant *one = &constants->items[i];

		free(constant_text(one));
		constant_is_zero(one);
		if (constant_same_type(one, pairs[i].other))
			constant_copy(one, bytes, pairs[i].other);
		for (size_t j = 0; j < sizeof(values) / sizeof(*values); j++)
			constant_parse(one, bytes, values[j], j % 2, expected);
	}
	free(pairs);
}

static void read_constants(const struct bpf_object *object)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		struct constants constants = { 0 };
		unsigned char *bytes;
		const void *value;
		size_t size = 0;

		value = bpf_map__is_internal(map) ? bpf_map__initial_value(map, &size) : NULL;
		/* a section without bytes in the file may be of any size */
		if (!btf || !value || size > LARGEST_SECTION)
			continue;
		/* exactly this size */
		bytes = malloc(size ? size : 1);
		if (!bytes)
			abort();
		memcpy(bytes, value, size);
		for (uint32_t id = 1; id < btf__type_cnt(btf); id++)
			constants_add(&constants, btf, id, bytes, size, 0);
		set_constants(&constants, bytes);
		constants_free(&constants);
		free(bytes);
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
	object_file_free(&hidden);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* exactly this size, so that the sanitizer notices a read past the end */
	struct object_file file = { .bytes = malloc(size ? size : 1), .size = size };
	struct inspection seen = { 0 };
	struct bpf_object *object = NULL;

	if (!file.bytes)
		return 0;
	memcpy(file.bytes, data, size);
	if (!elf_check(&file, NAME)) {
		read_legacy_maps(&file);
		if (!object_open(&object, &file, NAME)) {
			inspect_object(&seen, &file, object);
			read_constants(object);
			select_programs(object, &file);
		}
	}
	inspection_free(&seen);
	bpf_object__close(object);
	object_file_free(&file);
	error_clear();
	return 0;
}
