/* SPDX-License-Identifier: BSD-2-Clause */
/* Which program of an object is meant, and the hook that it is loaded for. */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "object.h"

/* How well a program of the object suits the hook, as far as its section tells. */
enum fit {
	OTHER_TYPE, /* of another program type */
	OTHER_HOOK, /* of the type, but for another hook */
	OPEN,       /* its section leaves the hook open */
	EXACT
};

static bool section_is(const struct bpf_program *program, const char *name)
{
	const char *section = bpf_program__section_name(program);

	return section && strcmp(section, name) == 0;
}

static enum fit fit_of(const struct bpf_program *program, const struct attach_type *type)
{
	uint32_t has = bpf_program__type(program);

	if (!type)
		return EXACT;
	if (has == BPF_PROG_TYPE_UNSPEC)
		return OPEN;
	if (has != type->program_type)
		return OTHER_TYPE;
	if (section_is(program, "cgroup/skb") || section_is(program, "cgroup_skb"))
		return OPEN;
	if (has == BPF_PROG_TYPE_SOCK_OPS)
		return EXACT;
	return (uint32_t)bpf_program__expected_attach_type(program) == type->number ? EXACT :
										      OTHER_HOOK;
}

/* The object's programs in words: "fw (cgroup_skb/egress), count (cgroup/skb)". */
static void list_programs(char *text, size_t size, struct bpf_object *object,
			  const struct attach_type *type, enum fit least)
{
	struct bpf_program *program;
	size_t length = 0;

	text[0] = '\0';
	bpf_object__for_each_program(program, object) {
		if (fit_of(program, type) < least || length >= size)
			continue;
		length += snprintf(text + length, size - length, "%s%s (%s)", length ? ", " : "",
				   bpf_program__name(program), bpf_program__section_name(program));
	}
}

static enum cgswap_status choose_named(struct bpf_program **out, struct bpf_object *object,
				       const char *path, const char *name, const char *operation)
{
	char list[400];

	*out = bpf_object__find_program_by_name(object, name);
	if (*out)
		return CGSWAP_OK;
	list_programs(list, sizeof(list), object, NULL, EXACT);
	error_set(CGSWAP_CAUSE_PROGRAM_NOT_IN_OBJECT, 0, operation, "%s has no program %s; it has: %s",
		  path, *name ? name : "\"\"", list);
	return CGSWAP_E_REJECTED;
}

/* The one program that fits best; an open section counts where none says the hook. */
static enum cgswap_status choose_fitting(struct bpf_program **out, struct bpf_object *object,
					 const char *path, const struct attach_type *type,
					 const char *operation)
{
	struct bpf_program *program, *exact = NULL, *open = NULL;
	size_t exacts = 0, opens = 0;
	char list[400];

	bpf_object__for_each_program(program, object) {
		enum fit fit = fit_of(program, type);

		if (fit == EXACT && !exacts++)
			exact = program;
		if (fit == OPEN && !opens++)
			open = program;
	}
	*out = exacts ? exact : open;
	if (exacts == 1 || (!exacts && opens == 1))
		return CGSWAP_OK;
	if (!exacts && !opens) {
		list_programs(list, sizeof(list), object, NULL, EXACT);
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, operation,
				 "%s has no program for %s; it has: %s", path, type->short_name,
				 list);
	}
	list_programs(list, sizeof(list), object, type, exacts ? EXACT : OPEN);
	return error_set(CGSWAP_CAUSE_SOURCE_AMBIGUOUS, 0, operation,
			 "%s has several programs that fit: %s", path, list);
}

void object_set_open_hook(struct bpf_program *program, const struct attach_type *type)
{
	if (!type || fit_of(program, type) != OPEN)
		return;
	bpf_program__set_type(program, (enum bpf_prog_type)type->program_type);
	bpf_program__set_expected_attach_type(program, (enum bpf_attach_type)type->number);
}

/* Sees to it that the program is loaded for the hook asked for. */
static enum cgswap_status set_hook(struct bpf_program *program, const char *path,
				   const struct attach_type *type, const char *operation)
{
	const struct attach_type *own;

	if (!type)
		return CGSWAP_OK;
	switch (fit_of(program, type)) {
	case OPEN:
		object_set_open_hook(program, type);
		return CGSWAP_OK;
	case OTHER_TYPE:
		return error_set(CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH, 0, operation,
				 "%s of %s is a %s program, and %s takes %s", bpf_program__name(program),
				 path, libbpf_bpf_prog_type_str(bpf_program__type(program)),
				 type->short_name,
				 libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type));
	case OTHER_HOOK:
		/* where the kernel does not mind, it shall decide */
		if (!type->bound)
			return CGSWAP_OK;
		own = attach_type_by_number(bpf_program__expected_attach_type(program));
		return error_set(CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH, 0, operation,
				 "%s of %s is for %s, and %s was asked for",
				 bpf_program__name(program), path,
				 own ? own->short_name : "another hook", type->short_name);
	default:
		return CGSWAP_OK;
	}
}

/*
 * libbpf prepares each struct_ops map when it loads an object: release 1.1 with types of the kernel
 * that it did not read, where nothing else of the object needs them.
 */
static enum cgswap_status refuse_struct_ops(struct bpf_object *object,
					    const struct bpf_program *program, const char *path,
					    const char *operation)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0, operation,
			  "%.100s of %s is a struct_ops, which is loaded as a whole: %.100s cannot be "
			  "loaded without it",
			  bpf_map__name(map), path, bpf_program__name(program));
		error_remedy("put %.100s in an object file of its own", bpf_program__name(program));
		return CGSWAP_E_REJECTED;
	}
	return CGSWAP_OK;
}

enum cgswap_status object_choose(struct bpf_program **out, struct bpf_object *object,
				 const char *path, const char *name, const struct attach_type *type,
				 const char *operation)
{
	enum cgswap_status status;
	struct bpf_program *program;

	*out = NULL;
	if (!bpf_object__next_program(object, NULL))
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, operation,
				 "%s has no program at all", path);
	if (name)
		status = choose_named(out, object, path, name, operation);
	else
		status = choose_fitting(out, object, path, type, operation);
	if (!status)
		status = set_hook(*out, path, type, operation);
	if (!status)
		status = refuse_struct_ops(object, *out, path, operation);
	if (status)
		return status;
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, program == *out);
	return CGSWAP_OK;
}
