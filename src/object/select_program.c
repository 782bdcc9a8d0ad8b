/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/select_program.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/libbpf_log.h"

/* The fit of a program to an attach type, judged by its section; a greater value is better. */
enum fit {
	FIT_FOREIGN,            /* the section of a program that is not for cgroups */
	FIT_MISTYPED,           /* the section resembles the name of an attach type */
	FIT_OTHER_PROGRAM_TYPE, /* another program type */
	FIT_OTHER_ATTACH_TYPE,  /* the right program type, but another attach type */
	FIT_OPEN,               /* the section leaves the attach type open */
	FIT_EXACT
};

static const char CGROUP_PREFIX[] = "cgroup_";

static bool section_is(const struct bpf_program *program, const char *name)
{
	const char *section = bpf_program__section_name(program);

	return section && strcmp(section, name) == 0;
}

/* True if text is the name, or the name followed by a slash. */
static bool section_is_below(const char *text, const char *name)
{
	size_t length = strlen(name);

	return strncmp(text, name, length) == 0 && (!text[length] || text[length] == '/');
}

/* Returns the program type that a section names which libbpf does not know: "cgroup_skb". */
static const char *section_program_type(const char *section)
{
	const struct attach_type *type;

	for (size_t i = 0; (type = attach_type_at(i)); i++) {
		const char *name = libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type);

		if (name && section_is_below(section, name))
			return name;
	}
	return NULL;
}

/* True if libbpf knows sections with this beginning: "kprobe" for "kprobe/x". */
static bool section_head_is_known(const char *section)
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

const struct attach_type *select_program_section_type(const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);

	if (!section || bpf_program__type(program) != BPF_PROG_TYPE_UNSPEC)
		return NULL;
	return attach_type_by_other_name(section);
}

/* The fit of a section that is for one attach type, although libbpf does not know it. */
static enum fit select_fit_of_near(const struct attach_type *has, const struct attach_type *type)
{
	if (has == type)
		return FIT_OPEN;
	return has->program_type == type->program_type ? FIT_OTHER_ATTACH_TYPE
						       : FIT_OTHER_PROGRAM_TYPE;
}

/* The fit of a section that libbpf does not know; without an attach type it fits any. */
static enum fit select_fit_of_unknown(const char *section, const struct attach_type *type)
{
	const struct attach_type *near = attach_type_by_other_name(section);
	const char *says = section_program_type(section);
	char near_names[ATTACH_TYPE_NEAR_SIZE];

	if (near)
		return select_fit_of_near(near, type);
	if (says && strcmp(says, libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type)))
		return FIT_OTHER_PROGRAM_TYPE;
	if (says)
		return strchr(section, '/') ? FIT_MISTYPED : FIT_OPEN;
	if (section_is_below(section, "cgroup"))
		return FIT_MISTYPED;
	if (section_head_is_known(section))
		return FIT_FOREIGN;
	if (strncmp(section, CGROUP_PREFIX, strlen(CGROUP_PREFIX)) == 0 &&
	    attach_type_near(near_names, section + strlen(CGROUP_PREFIX)))
		return FIT_MISTYPED;
	return FIT_OPEN;
}

static enum fit select_fit(const struct bpf_program *program, const struct attach_type *type)
{
	uint32_t has = bpf_program__type(program);

	if (!type)
		return FIT_EXACT;
	if (has == BPF_PROG_TYPE_UNSPEC)
		return select_fit_of_unknown(bpf_program__section_name(program), type);
	if (has != type->program_type)
		return FIT_OTHER_PROGRAM_TYPE;
	if (section_is(program, "cgroup/skb"))
		return FIT_OPEN;
	if (has == BPF_PROG_TYPE_SOCK_OPS)
		return FIT_EXACT;
	return (uint32_t)bpf_program__expected_attach_type(program) == type->number
		       ? FIT_EXACT
		       : FIT_OTHER_ATTACH_TYPE;
}

/* Appends "libbpf does not know the section 'cgroup/connect'". */
static void select_add_mistyped(struct error_text *text, const struct bpf_program *program)
{
	error_text_add(text, "libbpf does not know the section '%.100s'{section}",
		       bpf_program__section_name(program));
}

/* "did you mean 'connect4' or 'connect6'? Or name the program (#fw), to load it for connect4" */
static void select_mistyped_remedy(const struct bpf_program *program,
				   const struct attach_type *type, enum fit fit)
{
	const char *section = bpf_program__section_name(program), *slash = strrchr(section, '/');
	const char *name = slash ? slash + 1 : section, *program_name = bpf_program__name(program);
	char question[ATTACH_TYPE_NEAR_SIZE];
	bool near;

	if (strncmp(name, CGROUP_PREFIX, strlen(CGROUP_PREFIX)) == 0)
		name += strlen(CGROUP_PREFIX);
	near = *name && attach_type_near(question, name);
	if (fit == FIT_MISTYPED)
		error_remedy("%.120s%same the program (#%.60s) to load it for %s",
			     near ? question : "", near ? " Or n" : "n", program_name,
			     type->short_name);
	else if (near)
		error_remedy("%s", question);
}

/* Lists the programs of the object: "fw (cgroup_skb/egress), count (cgroup/skb)". */
static void select_add_programs(struct error_text *text, struct bpf_object *object,
				const struct attach_type *type, enum fit least)
{
	struct bpf_program *program;
	const char *separator = "";

	bpf_object__for_each_program(program, object)
	{
		if (select_fit(program, type) < least)
			continue;
		error_text_add(text, "%s%s{candidate} (%s)", separator, bpf_program__name(program),
			       bpf_program__section_name(program));
		separator = ", ";
	}
}

static enum cgswap_status select_named(struct bpf_program **out, struct bpf_object *object,
				       const char *path, const char *name)
{
	struct error_text text;

	*out = bpf_object__find_program_by_name(object, name);
	if (*out)
		return CGSWAP_OK;
	error_text_clear(&text);
	error_text_add(&text, "'%s'{path} has no program named '%s'{program_name}; it has: ", path,
		       name);
	select_add_programs(&text, object, NULL, FIT_EXACT);
	return error_set_text(CGSWAP_CAUSE_PROGRAM_NOT_IN_OBJECT, 0, &text);
}

/* The programs of an object that fit an attach type. */
struct fitting_programs {
	struct bpf_program *exact, *open, *mistyped, *foreign; /* the first of each */
	size_t exacts, opens;
};

/* by_default: skips programs that are not loaded by default, SEC("?..."). */
static struct fitting_programs select_find_fitting(struct bpf_object *object,
						   const struct attach_type *type, bool by_default)
{
	struct fitting_programs found = { 0 };
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		enum fit fit = select_fit(program, type);

		if (by_default && !bpf_program__autoload(program))
			continue;
		if (fit == FIT_EXACT && !found.exacts++)
			found.exact = program;
		if (fit == FIT_OPEN && !found.opens++)
			found.open = program;
		if (fit == FIT_MISTYPED && !found.mistyped)
			found.mistyped = program;
		if (fit == FIT_FOREIGN && !found.foreign)
			found.foreign = program;
	}
	return found;
}

static enum cgswap_status select_error_unfit(struct bpf_object *object, const char *path,
					     const struct fitting_programs *found,
					     const struct attach_type *type)
{
	const struct bpf_program *unknown = found->mistyped ? found->mistyped : found->foreign;
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "'%s'{path} has no program for %s{attach_type}; it has: ", path,
		       type->short_name);
	select_add_programs(&text, object, NULL, FIT_EXACT);
	if (unknown) {
		error_text_add(&text, "; ");
		select_add_mistyped(&text, unknown);
	}
	error_set_text(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, &text);
	if (unknown)
		select_mistyped_remedy(unknown, type, found->mistyped ? FIT_MISTYPED : FIT_FOREIGN);
	return CGSWAP_E_REJECTED;
}

/* Selects the only program that fits best; open sections count if none names the attach type. */
static enum cgswap_status select_fitting(struct bpf_program **out, struct bpf_object *object,
					 const char *path, const struct attach_type *type)
{
	struct fitting_programs found = select_find_fitting(object, type, true);
	bool by_default = found.exacts || found.opens;
	struct error_text text;

	if (!by_default)
		found = select_find_fitting(object, type, false);
	*out = found.exacts ? found.exact : found.open;
	if (found.exacts == 1 || (!found.exacts && found.opens == 1))
		return CGSWAP_OK;
	if (!found.exacts && !found.opens)
		return select_error_unfit(object, path, &found, type);
	error_text_clear(&text);
	error_text_add(&text, "'%s'{path} has several programs that fit: ", path);
	select_add_programs(&text, object, type, found.exacts ? FIT_EXACT : FIT_OPEN);
	return error_set_text(CGSWAP_CAUSE_SOURCE_AMBIGUOUS, 0, &text);
}

static void select_apply_type(struct bpf_program *program, const struct attach_type *type)
{
	bpf_program__set_type(program, (enum bpf_prog_type)type->program_type);
	bpf_program__set_expected_attach_type(program, (enum bpf_attach_type)type->number);
}

void select_program_set_type(struct bpf_program *program, const struct attach_type *type)
{
	if (type && select_fit(program, type) == FIT_OPEN)
		select_apply_type(program, type);
}

static const char *select_type_text(const struct bpf_program *program)
{
	const struct attach_type *near = select_program_section_type(program);
	enum bpf_prog_type type = bpf_program__type(program);

	if (near)
		type = (enum bpf_prog_type)near->program_type;
	return type == BPF_PROG_TYPE_UNSPEC
		       ? section_program_type(bpf_program__section_name(program))
		       : libbpf_bpf_prog_type_str(type);
}

static enum cgswap_status select_error_foreign(const struct bpf_program *program, const char *path,
					       const struct attach_type *type)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text,
		       "program '%s'{program_name} of '%s'{path} cannot be attached to "
		       "%s{attach_type}: ",
		       bpf_program__name(program), path, type->short_name);
	select_add_mistyped(&text, program);
	error_set_text(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, &text);
	select_mistyped_remedy(program, type, FIT_FOREIGN);
	return CGSWAP_E_REJECTED;
}

static enum cgswap_status select_error_other_type(const struct bpf_program *program,
						  const char *path, const struct attach_type *type)
{
	return error_set(
		CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH, 0,
		"program '%s'{program_name} of '%s'{path} is a %s program, and %s takes %s "
		"programs",
		bpf_program__name(program), path, select_type_text(program), type->short_name,
		libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type));
}

/* The kernel does not check all attach types at load, but at attach. */
static enum cgswap_status select_check_attach_type(struct bpf_program *program, const char *path,
						   const struct attach_type *type)
{
	const struct attach_type *own = select_program_section_type(program);

	if (!type->bound) {
		if (own)
			select_apply_type(program, type);
		return CGSWAP_OK;
	}
	if (!own)
		own = attach_type_by_number(bpf_program__expected_attach_type(program));
	return error_set(CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH, 0,
			 "program '%s'{program_name} of '%s'{path} is for %s, not for %s",
			 bpf_program__name(program), path,
			 own ? own->short_name : "another attach type", type->short_name);
}

/*
 * Sets or checks the attach type of the selected program. A section that only another loader knows
 * gets this far if the program was named: then the verifier decides.
 */
static enum cgswap_status select_set_attach_type(struct bpf_program *program, const char *path,
						 const struct attach_type *type)
{
	if (!type)
		return CGSWAP_OK;
	switch (select_fit(program, type)) {
	case FIT_FOREIGN:
		return select_error_foreign(program, path, type);
	case FIT_MISTYPED:
	case FIT_OPEN:
		select_apply_type(program, type);
		return CGSWAP_OK;
	case FIT_OTHER_PROGRAM_TYPE:
		return select_error_other_type(program, path, type);
	case FIT_OTHER_ATTACH_TYPE:
		return select_check_attach_type(program, path, type);
	default:
		return CGSWAP_OK;
	}
}

/*
 * libbpf prepares each struct_ops map when it loads an object. Release 1.1 then uses the kernel's
 * types without having read them, if nothing else in the object needs them.
 */
static enum cgswap_status select_check_struct_ops(struct bpf_object *object,
						  const struct bpf_program *program,
						  const char *path)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0,
			  "'%.100s'{map} of '%s'{path} is a struct_ops map, which libbpf always "
			  "loads: program '%.100s'{program_name} cannot be loaded without it",
			  bpf_map__name(map), path, bpf_program__name(program));
		error_remedy("move program '%.100s' to an object file of its own",
			     bpf_program__name(program));
		return CGSWAP_E_REJECTED;
	}
	return CGSWAP_OK;
}

enum cgswap_status select_program_check_any(struct bpf_object *object, const char *path)
{
	const struct bpf_program *first = bpf_object__next_program(object, NULL);

	/* some releases of libbpf list a function in .text if the object has no other */
	if (first && !section_is(first, ".text"))
		return CGSWAP_OK;
	return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0,
			 "'%s'{path} has no programs: none of its functions has a SEC()", path);
}

enum cgswap_status select_program(struct bpf_program **out, struct bpf_object *object,
				  const char *path, const char *name,
				  const struct attach_type *type)
{
	enum cgswap_status status;
	struct bpf_program *program;

	*out = NULL;
	status = select_program_check_any(object, path);
	if (status)
		return status;
	if (name)
		status = select_named(out, object, path, name);
	else
		status = select_fitting(out, object, path, type);
	if (!status)
		status = select_set_attach_type(*out, path, type);
	if (!status)
		status = select_check_struct_ops(object, *out, path);
	if (status)
		return status;
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, program == *out);
	return CGSWAP_OK;
}
