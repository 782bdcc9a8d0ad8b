/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/select_program.h"

#include <bpf/libbpf.h>
#include <string.h>

#include "base/error.h"
#include "object/program_fit.h"

/* Appends "libbpf does not know the section 'cgroup/connect'". */
static void select_add_mistyped(struct error_text *text, const struct bpf_program *program)
{
	error_text_add(text, "libbpf does not know the section '%.100s'{section}",
		       bpf_program__section_name(program));
}

/* "did you mean 'connect4' or 'connect6'? Or name the program (#fw), to load it for connect4" */
static void select_mistyped_remedy(const struct bpf_program *program,
				   const struct attach_type *type, enum program_fit fit)
{
	const char *section = bpf_program__section_name(program), *slash = strrchr(section, '/');
	const char *name = slash ? slash + 1 : section, *program_name = bpf_program__name(program);
	char question[ATTACH_TYPE_NEAR_SIZE];
	bool near;

	name = program_fit_skip_prefix(name);
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
				const struct attach_type *type, enum program_fit least)
{
	struct bpf_program *program;
	const char *separator = "";

	bpf_object__for_each_program(program, object)
	{
		if (program_fit(program, type) < least)
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
		enum program_fit fit = program_fit(program, type);

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

void select_program_set_type(struct bpf_program *program, const struct attach_type *type)
{
	if (type && program_fit(program, type) == FIT_OPEN)
		program_fit_apply_type(program, type);
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
		bpf_program__name(program), path, program_fit_type_text(program), type->short_name,
		libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type));
}

/* The kernel does not check all attach types at load, but at attach. */
static enum cgswap_status select_check_attach_type(struct bpf_program *program, const char *path,
						   const struct attach_type *type)
{
	const struct attach_type *own = program_fit_section_type(program);

	if (!type->bound) {
		if (own)
			program_fit_apply_type(program, type);
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
	switch (program_fit(program, type)) {
	case FIT_FOREIGN:
		return select_error_foreign(program, path, type);
	case FIT_MISTYPED:
	case FIT_OPEN:
		program_fit_apply_type(program, type);
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
	if (first && !program_fit_is_section(first, ".text"))
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
