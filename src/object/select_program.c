/* SPDX-License-Identifier: BSD-2-Clause */
/* Which program of an object is meant, and the hook that it is loaded for. */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/libbpf_log.h"
#include "object/object.h"

/* How well a program of the object suits the hook, as far as its section tells. */
enum fit {
	MISTYPED,   /* its section is to name a hook, and names none */
	OTHER_TYPE, /* of another program type */
	OTHER_HOOK, /* of the type, but for another hook */
	OPEN,       /* its section leaves the hook open */
	EXACT
};

static const char CGROUP[] = "cgroup_";

static bool section_is(const struct bpf_program *program, const char *name)
{
	const char *section = bpf_program__section_name(program);

	return section && strcmp(section, name) == 0;
}

/* Whether text begins with a name and goes on with a slash, or ends. */
static bool is_below(const char *text, const char *name)
{
	size_t length = strlen(name);

	return strncmp(text, name, length) == 0 && (!text[length] || text[length] == '/');
}

/* The type that a section says in a way that libbpf has no section for: "cgroup_skb". */
static const char *type_of_section(const char *section)
{
	const struct attach_type *type;

	for (size_t i = 0; (type = attach_type_at(i)); i++) {
		const char *name = libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type);

		if (name && is_below(section, name))
			return name;
	}
	return NULL;
}

/* Whether libbpf has sections that begin so: "kprobe" of "kprobe/x". */
static bool is_known_head(const char *section)
{
	size_t length = strcspn(section, "/");
	enum bpf_attach_type attach_type;
	enum bpf_prog_type type;
	struct libbpf_log quiet;
	char head[64];
	bool known;

	if (!section[length] || length >= sizeof(head))
		return false;
	snprintf(head, sizeof(head), "%.*s", (int)length, section);
	libbpf_log_begin(&quiet);
	known = libbpf_prog_type_by_name(head, &type, &attach_type) == 0;
	free(libbpf_log_end(&quiet));
	return known;
}

/* A hook that is younger than libbpf; these are called in sections as they are. */
static const struct attach_type *newer_type_of(const char *section)
{
	for (uint32_t number = ATTACH_UNIX_FIRST; number <= ATTACH_UNIX_LAST; number++) {
		const struct attach_type *type = attach_type_by_number(number);

		if (strncmp(section, "cgroup/", 7) == 0 &&
		    strcmp(section + 7, type->short_name) == 0)
			return type;
	}
	return NULL;
}

/* Of a section that libbpf does not know; one that says nothing of a hook is for any. */
static enum fit fit_of_unknown(const char *section, const struct attach_type *type)
{
	const struct attach_type *young = newer_type_of(section);
	const char *says = type_of_section(section);
	char near_names[ATTACH_TYPE_NEAR_SIZE];

	if (young)
		return young == type ? OPEN : OTHER_HOOK;
	if (says && !strchr(section, '/'))
		return strcmp(says,
			      libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type))
			       ? OTHER_TYPE
			       : OPEN;
	if (says || is_below(section, "cgroup") || is_known_head(section))
		return MISTYPED;
	if (strncmp(section, CGROUP, strlen(CGROUP)) == 0 &&
	    attach_type_near(near_names, section + strlen(CGROUP)))
		return MISTYPED;
	return OPEN;
}

static enum fit fit_of(const struct bpf_program *program, const struct attach_type *type)
{
	uint32_t has = bpf_program__type(program);

	if (!type)
		return EXACT;
	if (has == BPF_PROG_TYPE_UNSPEC)
		return fit_of_unknown(bpf_program__section_name(program), type);
	if (has != type->program_type)
		return OTHER_TYPE;
	if (section_is(program, "cgroup/skb"))
		return OPEN;
	if (has == BPF_PROG_TYPE_SOCK_OPS)
		return EXACT;
	return (uint32_t)bpf_program__expected_attach_type(program) == type->number ? EXACT
										    : OTHER_HOOK;
}

/* "libbpf knows no section cgroup/connect; near names: connect4, connect6" */
static void mistyped_text(char *text, size_t size, const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program), *slash = strrchr(section, '/');
	char near_names[ATTACH_TYPE_NEAR_SIZE];
	const char *name = slash ? slash + 1 : section;
	bool has;

	if (strncmp(name, CGROUP, strlen(CGROUP)) == 0)
		name += strlen(CGROUP);
	has = *name && attach_type_near(near_names, name);
	snprintf(text, size, "libbpf knows no section %.100s%s%s", section,
		 has ? "; near names: " : "", has ? near_names : "");
}

/* The object's programs in words: "fw (cgroup_skb/egress), count (cgroup/skb)". */
static void list_object_programs(char *text, size_t size, struct bpf_object *object,
				 const struct attach_type *type, enum fit least)
{
	struct bpf_program *program;
	size_t length = 0;

	text[0] = '\0';
	bpf_object__for_each_program(program, object)
	{
		if (fit_of(program, type) < least || length >= size)
			continue;
		length += snprintf(text + length, size - length, "%s%s (%s)", length ? ", " : "",
				   bpf_program__name(program), bpf_program__section_name(program));
	}
}

static enum cgswap_status select_named(struct bpf_program **out, struct bpf_object *object,
				       const char *path, const char *name)
{
	char list[400];

	*out = bpf_object__find_program_by_name(object, name);
	if (*out)
		return CGSWAP_OK;
	list_object_programs(list, sizeof(list), object, NULL, EXACT);
	error_set(CGSWAP_CAUSE_PROGRAM_NOT_IN_OBJECT, 0, "%s has no program %s; it has: %s", path,
		  *name ? name : "\"\"", list);
	return CGSWAP_E_REJECTED;
}

/* What was found in an object for a hook. */
struct found {
	struct bpf_program *exact, *open, *mistyped; /* the first of each */
	size_t exacts, opens;
};

/* by_default: leaves out those that their author has not loaded by default, SEC("?..."). */
static struct found select_by_name(struct bpf_object *object, const struct attach_type *type,
				   bool by_default)
{
	struct found found = { 0 };
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		enum fit fit = fit_of(program, type);

		if (by_default && !bpf_program__autoload(program))
			continue;
		if (fit == EXACT && !found.exacts++)
			found.exact = program;
		if (fit == OPEN && !found.opens++)
			found.open = program;
		if (fit == MISTYPED && !found.mistyped)
			found.mistyped = program;
	}
	return found;
}

static enum cgswap_status error_unfit(struct bpf_object *object, const char *path,
				      const struct bpf_program *mistyped,
				      const struct attach_type *type)
{
	char list[300], words[400] = "";

	list_object_programs(list, sizeof(list), object, NULL, EXACT);
	if (mistyped)
		mistyped_text(words, sizeof(words), mistyped);
	return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0,
			 "%s has no program for %s; it has: %s%s%s", path, type->short_name, list,
			 *words ? "; " : "", words);
}

/* The one program that fits best; an open section counts where none says the hook. */
static enum cgswap_status select_fitting(struct bpf_program **out, struct bpf_object *object,
					 const char *path, const struct attach_type *type)
{
	struct found found = select_by_name(object, type, true);
	bool by_default = found.exacts || found.opens;
	char list[400];

	if (!by_default)
		found = select_by_name(object, type, false);
	*out = found.exacts ? found.exact : found.open;
	if (found.exacts == 1 || (!found.exacts && found.opens == 1))
		return CGSWAP_OK;
	if (!found.exacts && !found.opens)
		return error_unfit(object, path, found.mistyped, type);
	list_object_programs(list, sizeof(list), object, type, found.exacts ? EXACT : OPEN);
	return error_set(CGSWAP_CAUSE_SOURCE_AMBIGUOUS, 0, "%s has several programs that fit: %s",
			 path, list);
}

void object_set_attach_type(struct bpf_program *program, const struct attach_type *type)
{
	if (!type || fit_of(program, type) != OPEN)
		return;
	bpf_program__set_type(program, (enum bpf_prog_type)type->program_type);
	bpf_program__set_expected_attach_type(program, (enum bpf_attach_type)type->number);
}

static const char *type_text(const struct bpf_program *program)
{
	enum bpf_prog_type type = bpf_program__type(program);

	return type == BPF_PROG_TYPE_UNSPEC ? type_of_section(bpf_program__section_name(program))
					    : libbpf_bpf_prog_type_str(type);
}

/* Sees to it that the program is loaded for the hook asked for. */
static enum cgswap_status set_attach_type(struct bpf_program *program, const char *path,
					  const struct attach_type *type)
{
	const struct attach_type *own;
	char words[400];

	if (!type)
		return CGSWAP_OK;
	switch (fit_of(program, type)) {
	case MISTYPED:
		mistyped_text(words, sizeof(words), program);
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0,
				 "%s of %s cannot be for %s: %s", bpf_program__name(program), path,
				 type->short_name, words);
	case OPEN:
		object_set_attach_type(program, type);
		return CGSWAP_OK;
	case OTHER_TYPE:
		return error_set(CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH, 0,
				 "%s of %s is a %s program, and %s takes %s",
				 bpf_program__name(program), path, type_text(program),
				 type->short_name,
				 libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type));
	case OTHER_HOOK:
		/* where the kernel does not mind, it shall decide */
		if (!type->bound)
			return CGSWAP_OK;
		own = attach_type_by_number(bpf_program__expected_attach_type(program));
		return error_set(CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH, 0,
				 "%s of %s is for %s, and %s was asked for",
				 bpf_program__name(program), path,
				 own ? own->short_name : "another hook", type->short_name);
	default:
		return CGSWAP_OK;
	}
}

/*
 * libbpf prepares each struct_ops map when it load_cache an object: release 1.1 with types of the
 * kernel that it did not read, where nothing else of the object needs them.
 */
static enum cgswap_status check_struct_ops(struct bpf_object *object,
					   const struct bpf_program *program, const char *path)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		error_set(
			CGSWAP_CAUSE_OBJECT_REFUSED, 0,
			"%.100s of %s is a struct_ops, which is loaded as a whole: %.100s cannot be "
			"loaded without it",
			bpf_map__name(map), path, bpf_program__name(program));
		error_remedy("put %.100s in an object file of its own", bpf_program__name(program));
		return CGSWAP_E_REJECTED;
	}
	return CGSWAP_OK;
}

enum cgswap_status object_need_program(struct bpf_object *object, const char *path)
{
	const struct bpf_program *first = bpf_object__next_program(object, NULL);

	if (!first)
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, "%s has no program at all",
				 path);
	/* a function for others to call; libbpf takes it for a program where it is the only one */
	if (section_is(first, ".text"))
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0,
				 "%s has no program: %s has no SEC()", path,
				 bpf_program__name(first));
	return CGSWAP_OK;
}

enum cgswap_status object_select_program(struct bpf_program **out, struct bpf_object *object,
					 const char *path, const char *name,
					 const struct attach_type *type)
{
	enum cgswap_status status;
	struct bpf_program *program;

	*out = NULL;
	status = object_need_program(object, path);
	if (status)
		return status;
	if (name)
		status = select_named(out, object, path, name);
	else
		status = select_fitting(out, object, path, type);
	if (!status)
		status = set_attach_type(*out, path, type);
	if (!status)
		status = check_struct_ops(object, *out, path);
	if (status)
		return status;
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, program == *out);
	return CGSWAP_OK;
}
