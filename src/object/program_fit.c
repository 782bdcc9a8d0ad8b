/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/program_fit.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/libbpf_log.h"

bool program_fit_is_section(const struct bpf_program *program, const char *name)
{
	const char *section = bpf_program__section_name(program);

	return section && strcmp(section, name) == 0;
}

const char *program_fit_skip_prefix(const char *section)
{
	static const char prefix[] = "cgroup_";

	return section +
	       (strncmp(section, prefix, sizeof(prefix) - 1) == 0 ? sizeof(prefix) - 1 : 0);
}

/* True if text is the name, or the name followed by a slash. */
static bool program_fit_is_below(const char *text, const char *name)
{
	size_t length = strlen(name);

	return strncmp(text, name, length) == 0 && (!text[length] || text[length] == '/');
}

/* Returns the program type that a section names which libbpf does not know: "cgroup_skb". */
static const char *program_fit_section_program_type(const char *section)
{
	const struct attach_type *type;

	for (size_t i = 0; (type = attach_type_at(i)); i++) {
		const char *name = libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type);

		if (name && program_fit_is_below(section, name))
			return name;
	}
	return NULL;
}

/* True if libbpf knows sections with this beginning: "kprobe" for "kprobe/x". */
static bool program_fit_knows_head(const char *section)
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

const struct attach_type *program_fit_section_type(const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);

	if (!section || bpf_program__type(program) != BPF_PROG_TYPE_UNSPEC)
		return NULL;
	return attach_type_by_other_name(section);
}

/* The fit of a section that is for one attach type, although libbpf does not know it. */
static enum program_fit program_fit_of_near(const struct attach_type *has,
					    const struct attach_type *type)
{
	if (has == type)
		return FIT_OPEN;
	return has->program_type == type->program_type ? FIT_OTHER_ATTACH_TYPE
						       : FIT_OTHER_PROGRAM_TYPE;
}

/* The fit of a section that libbpf does not know; without an attach type it fits any. */
static enum program_fit program_fit_of_unknown(const char *section, const struct attach_type *type)
{
	const struct attach_type *near = attach_type_by_other_name(section);
	const char *says = program_fit_section_program_type(section);
	char near_names[ATTACH_TYPE_NEAR_SIZE];
	const char *bare;

	if (near)
		return program_fit_of_near(near, type);
	if (says && strcmp(says, libbpf_bpf_prog_type_str((enum bpf_prog_type)type->program_type)))
		return FIT_OTHER_PROGRAM_TYPE;
	if (says)
		return strchr(section, '/') ? FIT_MISTYPED : FIT_OPEN;
	if (program_fit_is_below(section, "cgroup"))
		return FIT_MISTYPED;
	if (program_fit_knows_head(section))
		return FIT_FOREIGN;
	bare = program_fit_skip_prefix(section);
	if (bare != section && attach_type_near(near_names, bare))
		return FIT_MISTYPED;
	return FIT_OPEN;
}

enum program_fit program_fit(const struct bpf_program *program, const struct attach_type *type)
{
	uint32_t has = bpf_program__type(program);

	if (!type)
		return FIT_EXACT;
	if (has == BPF_PROG_TYPE_UNSPEC)
		return program_fit_of_unknown(bpf_program__section_name(program), type);
	if (has != type->program_type)
		return FIT_OTHER_PROGRAM_TYPE;
	if (program_fit_is_section(program, "cgroup/skb"))
		return FIT_OPEN;
	if (has == BPF_PROG_TYPE_SOCK_OPS)
		return FIT_EXACT;
	return (uint32_t)bpf_program__expected_attach_type(program) == type->number
		       ? FIT_EXACT
		       : FIT_OTHER_ATTACH_TYPE;
}

void program_fit_apply_type(struct bpf_program *program, const struct attach_type *type)
{
	bpf_program__set_type(program, (enum bpf_prog_type)type->program_type);
	bpf_program__set_expected_attach_type(program, (enum bpf_attach_type)type->number);
}

const char *program_fit_type_text(const struct bpf_program *program)
{
	const struct attach_type *near = program_fit_section_type(program);
	enum bpf_prog_type type = bpf_program__type(program);

	if (near)
		type = (enum bpf_prog_type)near->program_type;
	return type == BPF_PROG_TYPE_UNSPEC
		       ? program_fit_section_program_type(bpf_program__section_name(program))
		       : libbpf_bpf_prog_type_str(type);
}
