/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SWIG interface for Python and Lua.
 *
 * This file has the common parts: the public header, and option structs as data. The typemaps of a
 * language, which turn a status into an exception or into nil, message, err, are in
 * LANGUAGE/module.swg. It is read before the header because typemaps affect what follows them;
 * LANGUAGE/classes.swg is read after the header.
 */
%module cgswap

%{
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cgswap.h>
%}

%include <stdint.i>

/* ---- options as data: a dict or a table fills a struct by field names ------------------------- */

%{
enum cg_option_kind {
	CG_OPTION_STRING,
	CG_OPTION_NAME, /* a string that selects an entry or a program */
	CG_OPTION_U64,
	CG_OPTION_INT,
	CG_OPTION_POSITION, /* first or last, two booleans, at most one of which may be true */
};

struct cg_option {
	const char *name; /* NULL ends the list */
	enum cg_option_kind kind;
	size_t offset;
};

#define CG_OPTION(of, field, its_kind) { #field, CG_OPTION_##its_kind, offsetof(struct of, field) }

static const struct cg_option cg_session_opts[] = {
	CG_OPTION(cgswap_session_opts, kernel, STRING),
	CG_OPTION(cgswap_session_opts, cgroup_root, STRING),
	CG_OPTION(cgswap_session_opts, bpffs, STRING),
	CG_OPTION(cgswap_session_opts, disable_features, STRING),
	CG_OPTION(cgswap_session_opts, retry_time_ms, INT),
	{ NULL, CG_OPTION_INT, 0 },
};

static const struct cg_option cg_program_opts[] = {
	CG_OPTION(cgswap_program_opts, attach_type, STRING),
	CG_OPTION(cgswap_program_opts, reuse_maps_of, NAME),
	CG_OPTION(cgswap_program_opts, maps, INT),
	{ NULL, CG_OPTION_INT, 0 },
};

static const struct cg_option cg_attach_opts[] = {
	CG_OPTION(cgswap_attach_opts, expected_revision, U64),
	CG_OPTION(cgswap_attach_opts, expected_cgroup_id, U64),
	CG_OPTION(cgswap_attach_opts, before, NAME),
	CG_OPTION(cgswap_attach_opts, after, NAME),
	CG_OPTION(cgswap_attach_opts, pin, STRING),
	CG_OPTION(cgswap_attach_opts, mode, INT),
	CG_OPTION(cgswap_attach_opts, preorder, INT),
	{ "first", CG_OPTION_POSITION, offsetof(struct cgswap_attach_opts, position) },
	{ "last", CG_OPTION_POSITION, offsetof(struct cgswap_attach_opts, position) },
	CG_OPTION(cgswap_attach_opts, link, INT),
	CG_OPTION(cgswap_attach_opts, dry_run, INT),
	{ NULL, CG_OPTION_INT, 0 },
};

static const struct cg_option cg_detach_opts[] = {
	CG_OPTION(cgswap_detach_opts, expected_revision, U64),
	CG_OPTION(cgswap_detach_opts, expected_cgroup_id, U64),
	CG_OPTION(cgswap_detach_opts, dry_run, INT),
	{ NULL, CG_OPTION_INT, 0 },
};

static const struct cg_option cg_replace_opts[] = {
	CG_OPTION(cgswap_replace_opts, verify, INT),
	CG_OPTION(cgswap_replace_opts, retries, INT),
	{ NULL, CG_OPTION_INT, 0 },
};

/* besides the progress function, which is not data */
static const struct cg_option cg_commit_opts[] = {
	CG_OPTION(cgswap_commit_opts, retry_time_ms, INT),
	{ NULL, CG_OPTION_INT, 0 },
};

static const struct cg_option cg_step_opts[] = {
	CG_OPTION(cgswap_step_opts, pin, STRING),
	CG_OPTION(cgswap_step_opts, expected_revision, U64),
	CG_OPTION(cgswap_step_opts, expected_cgroup_id, U64),
	CG_OPTION(cgswap_step_opts, preorder, INT),
	CG_OPTION(cgswap_step_opts, maps, INT),
	CG_OPTION(cgswap_step_opts, allow_unguarded, INT),
	{ NULL, CG_OPTION_INT, 0 },
};

/* Enums are options of the kind INT. */
_Static_assert(sizeof(enum cgswap_mode) == sizeof(int), "an enum is as large as an int");

static inline void cg_option_set_string(void *opts, const struct cg_option *option, const char *value)
{
	memcpy((char *)opts + option->offset, &value, sizeof(value));
}

static inline void cg_option_set_u64(void *opts, const struct cg_option *option, uint64_t value)
{
	memcpy((char *)opts + option->offset, &value, sizeof(value));
}

static inline void cg_option_set_int(void *opts, const struct cg_option *option, int value)
{
	memcpy((char *)opts + option->offset, &value, sizeof(value));
}

/* Returns false if the other position was set before. */
static inline bool cg_option_set_position(void *opts, const struct cg_option *option, bool wanted)
{
	enum cgswap_position wanted_position = strcmp(option->name, "first") ?
						     CGSWAP_POSITION_LAST :
						     CGSWAP_POSITION_FIRST;
	enum cgswap_position *field = (enum cgswap_position *)((char *)opts + option->offset);

	if (!wanted)
		return true;
	if (*field != CGSWAP_POSITION_DEFAULT && *field != wanted_position)
		return false;
	*field = wanted_position;
	return true;
}
%}

/* ---- the handles: a class each, whose destructor drops the reference -------------------------- */

%define CG_HANDLE(noun)
%nodefaultctor cgswap_##noun;
struct cgswap_##noun {};
%extend cgswap_##noun {
	~cgswap_##noun() { cgswap_##noun##_unref($self); }
}
/* the languages count references */
%ignore cgswap_##noun##_ref;
%ignore cgswap_##noun##_unref;
%enddef

/* ---- the language, and the header ------------------------------------------------------------ */

/* a script sees a copy of an error as an exception or a table */
%ignore cgswap_error_dup;
%ignore cgswap_error_free;

#if defined(SWIGPYTHON)
%include "python/module.swg"
#elif defined(SWIGLUA)
%include "lua/module.swg"
#endif

CG_HANDLE(session)
CG_HANDLE(chain)
CG_HANDLE(program)
CG_HANDLE(replace)
CG_HANDLE(object)

%include "cgswap.h"

#if defined(SWIGPYTHON)
%include "python/classes.swg"
#elif defined(SWIGLUA)
%include "lua/classes.swg"
#endif
