/* SPDX-License-Identifier: BSD-2-Clause */
/* The fit of a program to an attach type, by its section: libbpf's, or another loader's. */
#ifndef CGSWAP_OBJECT_PROGRAM_FIT_H
#define CGSWAP_OBJECT_PROGRAM_FIT_H

#include "kernel/attach_type.h"

struct bpf_program;

/* A greater value is better. */
enum program_fit {
	FIT_FOREIGN,            /* the section of a program that is not for cgroups */
	FIT_MISTYPED,           /* the section resembles the name of an attach type */
	FIT_OTHER_PROGRAM_TYPE, /* another program type */
	FIT_OTHER_ATTACH_TYPE,  /* the right program type, but another attach type */
	FIT_OPEN,               /* the section leaves the attach type open */
	FIT_EXACT
};

/* With a NULL type every program fits. */
enum program_fit program_fit(const struct bpf_program *program, const struct attach_type *type);

/* The part of a section's name after "cgroup_"; or all of it. */
const char *program_fit_skip_prefix(const char *section);

bool program_fit_is_section(const struct bpf_program *program, const char *name);

/*
 * Returns the attach type of a section that libbpf does not know, but another loader or release,
 * such as "cgroup/device"; NULL if libbpf knows the section, or it is not for one attach type.
 */
const struct attach_type *program_fit_section_type(const struct bpf_program *program);

/* The name of the program type: libbpf's, or that of the section. */
const char *program_fit_type_text(const struct bpf_program *program);

/* Sets program type and attach type. */
void program_fit_apply_type(struct bpf_program *program, const struct attach_type *type);

#endif
