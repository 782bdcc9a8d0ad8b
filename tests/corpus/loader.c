/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loader as other projects have them: loader OBJECT PROGRAM PIN [WORD...] loads the object and pins
 * the program. The words are
 *
 *   set:NAME=NUMBER[,NUMBER...]  sets a constant of 32-bit numbers
 *   entries:MAP=N                sets the number of entries of a map
 *   fill:MAP=SLOT,PROGRAM        puts a program into a program array
 *   pin:MAP=PATH                 pins a map
 *   go                           gives the kernel BTF of keys, values and functions, not of how maps
 *                                were declared, and names of 15 characters
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "loader: %s\n", what);
	exit(1);
}

/* Splits "MAP=REST" of a word; NULL: it is another word. */
static char *word_value(char *word, const char *kind, char **name)
{
	size_t length = strlen(kind);
	char *value;

	if (strncmp(word, kind, length) != 0 || word[length] != ':')
		return NULL;
	*name = word + length + 1;
	value = strchr(*name, '=');
	if (!value)
		die("a word without '='");
	*value++ = '\0';
	return value;
}

static void put_back(char *value)
{
	value[-1] = '=';
}

static struct bpf_map *find_map(const struct bpf_object *object, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);

	if (!map)
		die("no such map");
	return map;
}

/* The bytes of a variable in the read-only data. */
static uint32_t *find_constant(const struct bpf_object *object, const char *name)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		const struct btf_type *section;
		size_t size;
		char *bytes = (char *)bpf_map__initial_value(map, &size);

		if (!strstr(bpf_map__name(map), ".rodata"))
			continue;
		section = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
		for (uint32_t i = 0; i < btf_vlen(section); i++) {
			const struct btf_var_secinfo *variable = &btf_var_secinfos(section)[i];
			const struct btf_type *type = btf__type_by_id(btf, variable->type);

			if (strcmp(btf__name_by_offset(btf, type->name_off), name) == 0)
				return (uint32_t *)(bytes + variable->offset);
		}
	}
	die("no such constant");
	return NULL;
}

static void set_constant(const struct bpf_object *object, const char *name, char *numbers)
{
	uint32_t *at = find_constant(object, name);

	for (;;) {
		*at++ = (uint32_t)strtoul(numbers, &numbers, 0);
		if (*numbers++ != ',')
			return;
	}
}

static void prepare(struct bpf_object *object, char **words)
{
	char *name, *value;

	for (; *words; words++) {
		value = word_value(*words, "set", &name);
		if (value) {
			set_constant(object, name, value);
			put_back(value);
		}
		value = word_value(*words, "entries", &name);
		if (value) {
			bpf_map__set_max_entries(find_map(object, name), (uint32_t)atoi(value));
			put_back(value);
		}
	}
}

static void fill(const struct bpf_object *object, const char *array, char *value)
{
	char *name = strchr(value, ',');
	uint32_t slot = (uint32_t)atoi(value);
	int fd;

	if (!name)
		die("a slot without a program");
	fd = bpf_program__fd(bpf_object__find_program_by_name(object, name + 1));
	if (fd < 0 || bpf_map_update_elem(bpf_map__fd(find_map(object, array)), &slot, &fd, 0))
		die("a slot cannot be filled");
}

static void finish(const struct bpf_object *object, char **words)
{
	char *name, *value;

	for (; *words; words++) {
		value = word_value(*words, "fill", &name);
		if (value)
			fill(object, name, value);
		value = word_value(*words, "pin", &name);
		if (value && bpf_map__pin(find_map(object, name), value))
			die("a map cannot be pinned");
	}
}

/* ---- like a loader in Go ------------------------------------------------------------------------ */

/* A copy in which other types have the ids of variables and sections, and so of declarations of maps. */
static struct btf *btf_without_declarations(const struct btf *all)
{
	struct btf *btf = btf__new_empty();

	for (uint32_t id = 1; id < btf__type_cnt(all); id++) {
		const struct btf_type *type = btf__type_by_id(all, id);
		int made = btf_is_var(type) || btf_is_datasec(type) ? btf__add_int(btf, "unused", 4, 0)
								    : btf__add_type(btf, all, type);

		if (made != (int)id)
			die("the BTF cannot be copied");
	}
	if (btf__load_into_kernel(btf))
		die("the kernel does not take the BTF");
	return btf;
}

static void create_with_cut_name(struct bpf_map *map, const struct btf *btf)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = bpf_map__map_flags(map),
		    .btf_fd = (uint32_t)btf__fd(btf),
		    .btf_key_type_id = bpf_map__btf_key_type_id(map),
		    .btf_value_type_id = bpf_map__btf_value_type_id(map));
	char name[16];
	int fd;

	/* the kernel has no types of the entries of a program array */
	if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY)
		opts.btf_fd = opts.btf_key_type_id = opts.btf_value_type_id = 0;
	snprintf(name, sizeof(name), "%s", bpf_map__name(map));
	fd = bpf_map_create(bpf_map__type(map), name, bpf_map__key_size(map),
			    bpf_map__value_size(map), bpf_map__max_entries(map), &opts);
	if (fd < 0 || bpf_map__reuse_fd(map, fd))
		die("a map cannot be created");
	close(fd);
}

static struct btf *create_maps_as_go(const struct bpf_object *object)
{
	struct btf *btf = btf_without_declarations(bpf_object__btf(object));
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
		if (!bpf_map__is_internal(map))
			create_with_cut_name(map, btf);
	return btf;
}

/* Loads the relocated instructions once more, with the BTF of its function only. */
static int load_as_go(const struct bpf_program *program, const struct btf *btf)
{
	const char *name = bpf_program__name(program);
	struct bpf_func_info function = { .type_id = (uint32_t)btf__find_by_name_kind(btf, name,
										      BTF_KIND_FUNC) };
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = bpf_program__expected_attach_type(program),
		    .prog_btf_fd = (uint32_t)btf__fd(btf), .func_info = &function, .func_info_cnt = 1,
		    .func_info_rec_size = sizeof(function));

	return bpf_prog_load(bpf_program__type(program), name, "Dual BSD/GPL",
			     bpf_program__insns(program), bpf_program__insn_cnt(program), &opts);
}

int main(int argc, char **argv)
{
	struct bpf_object *object = argc > 3 ? bpf_object__open(argv[1]) : NULL;
	struct bpf_program *program;
	bool go = argc > 4 && strcmp(argv[argc - 1], "go") == 0;
	struct btf *btf = NULL;
	int fd;

	if (!object)
		die("usage: loader OBJECT PROGRAM PIN [WORD...]");
	prepare(object, argv + 4);
	if (go)
		btf = create_maps_as_go(object);
	if (bpf_object__load(object))
		die("the object cannot be loaded");
	program = bpf_object__find_program_by_name(object, argv[2]);
	if (!program)
		die("no such program");
	finish(object, argv + 4);
	fd = go ? load_as_go(program, btf) : bpf_program__fd(program);
	if (fd < 0 || bpf_obj_pin(fd, argv[3]))
		die("the program cannot be pinned");
	return 0;
}
