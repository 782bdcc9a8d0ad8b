/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of constant_plan, one file each. */
#ifndef CGSWAP_LOAD_CONSTANT_INTERNAL_H
#define CGSWAP_LOAD_CONSTANT_INTERNAL_H

#include "load/constant_choice.h"
#include "load/constant_pair.h"
#include "load/constant_plan.h"

/* ---- constant_read.c: the constants of an object, or of a loaded program */

/* How a section of the old program compares, if its constants cannot be matched by their names. */
enum constant_section_state {
	CONSTANT_SECTION_NAMED,     /* they can, or it has none */
	CONSTANT_SECTION_SAME,      /* the new object has the same bytes */
	CONSTANT_SECTION_NEVER_SET, /* it has other bytes; no loader has set those of the program */
	CONSTANT_SECTION_OPEN       /* it has other bytes, or no such section */
};

/* A map of read-only data. */
struct constant_section {
	const char *name;           /* ".rodata": its BTF's, or the kernel's of the map */
	const unsigned char *bytes; /* NULL: unreadable */
	size_t size;
	bool named;                        /* BTF has its variables */
	bool cut;                          /* the name has its first 15 characters only */
	size_t index;                      /* its map in struct map_reuse, for the new object */
	uint32_t map_id;                   /* in the kernel, for an old program */
	const struct program *program;     /* likewise */
	enum constant_section_state state; /* likewise, once the sides are paired */
};

struct constant_side {
	struct constants constants;
	size_t count;
	struct constant_section *sections;
	bool unreadable; /* the maps cannot be opened, for lack of privilege */
	bool owns_bytes;
};

/* Those of the object that is loaded. */
enum cgswap_status constant_read_new(struct constant_side *out, const struct map_reuse *reuse);

/* Those of another object, which stays open as long. */
enum cgswap_status constant_read_object(struct constant_side *out, struct bpf_object *object);

/* Allocates for the sections of so many maps. */
enum cgswap_status constant_side_reserve(struct constant_side *side, size_t count);

/*
 * Adds those of an old program, unless they are in a map of another one that was added; the caller
 * has reserved its sections. maps are its open maps; empty: they cannot be opened.
 */
enum cgswap_status constant_read_program(struct constant_side *out, const struct program *old,
					 const struct program_maps *maps);

/* Adds those that only programs in its program arrays have, which are replaced with it. */
enum cgswap_status constant_read_slots(struct constant_side *side, const struct map_reuse *reuse);

void constant_side_free(struct constant_side *side);

/* True if the old section, whose name may be cut, may be the one of this name. */
bool constant_section_may_be(const struct constant_section *old, const char *name);

/* True if a section without BTF is one of this side. */
bool constant_side_has_unnamed(const struct constant_side *side);

/* ---- the plan, which the files below fill */

/* A constant of the new object, compared with the old program's. */
enum constant_match {
	CONSTANT_ONLY_NEW,
	CONSTANT_SAME,
	CONSTANT_DIFFERS,
	CONSTANT_OTHER_TYPE,
	CONSTANT_AMBIGUOUS, /* several have the name, here or in several old programs */
	CONSTANT_UNNAMED,   /* a map of the old program has no BTF, and other bytes */
	CONSTANT_UNREADABLE /* the old program's maps cannot be read */
};

struct constant_row {
	const struct constant *constant;
	const struct constant *old; /* NULL: none, or it cannot be named or read */
	enum constant_match match;
	bool never_set; /* the old value is that of the file which the old program came from */
	bool was_set;   /* it is another one */
	bool refused;   /* no choice was made, or it cannot be carried out */
	enum constant_origin origin; /* the source of the value in the new program */
	const char *reason;          /* a string constant; NULL: nothing to report */
};

struct constant_planning {
	const struct map_reuse *reuse;
	struct constant_side new, old, was; /* was: of the file that the old program came from */
	struct bpf_object *was_object;
	struct program_maps **maps; /* those of old programs that reuse has not opened */
	size_t maps_count;
	struct constant_row *rows;       /* one for each of new.constants */
	struct constant_pair *new_pairs; /* with old, for each of new.constants */
	struct constant_pair *old_pairs; /* with new, for each of old.constants */
	struct constant_pair *was_pairs; /* with was, for each of old.constants */
	unsigned char **images;          /* the new bytes of each section of new */
};

/* ---- constant_errors.c */

/* The error for all rows that are refused. */
enum cgswap_status constant_error_changed(const struct constant_planning *planning);

/* A constant of the old program is not in the object, and the policy is to drop nothing. */
enum cgswap_status constant_error_dropped(const struct constant_planning *planning,
					  const struct constant *old);

/* The constants of this section of the old program cannot be matched, and may be lost. */
enum cgswap_status constant_error_section(const struct constant_planning *planning,
					  const struct constant_section *section);

/* A choice names a constant that does not exist, or a value that it cannot have. */
enum cgswap_status constant_error_unknown(const struct constant_planning *planning,
					  const struct constant_choice *choice);
enum cgswap_status constant_error_no_old(const struct constant_planning *planning,
					 const struct constant_choice *choice);
enum cgswap_status constant_error_struct(const struct constant_planning *planning,
					 const struct constant_choice *choice,
					 const struct constant *member);
enum cgswap_status constant_error_value(const struct constant_planning *planning,
					const struct constant_choice *choice, const char *expected);

/* ---- constant_origin.c */

/* The source of the value of an old program's constant, by its index: its file or record has it. */
enum constant_origin constant_origin_of(const struct constant_planning *planning, size_t index);

/* Likewise of all constants of this name, in all old programs. */
enum constant_origin constant_origin_of_all(const struct constant_planning *planning,
					    const struct constant *first);

/* False if a policy of the caller goes over the record. */
bool constant_origin_decides(const struct constant_planning *planning);

/* ---- constant_sections.c: sections whose constants have no names */

/* Compares the bytes of the old program's sections, and sets their states. */
void constant_compare_sections(const struct constant_planning *planning);

/* Compares a constant of the object that no constant of the old program matches by its name. */
enum constant_match constant_match_unnamed(const struct constant_planning *planning,
					   struct constant_row *row);

/* Fails for a section that may have constants which are lost, unless that was asked for. */
enum cgswap_status constant_check_sections(const struct constant_planning *planning);

/* ---- constant_decide.c */

/* Fills the rows and images; fails for a choice that cannot be carried out. */
enum cgswap_status constant_decide(const struct constant_planning *planning);

/* ---- constant_result.c */

/* Adds a constant that the new program does not have; false: there was no memory for it. */
bool constant_report_dropped(struct constant_report *report, const struct constant *old);

/* True if the new object does not have an old constant, whose value is more than a default. */
bool constant_is_dropped(const struct constant_planning *planning, size_t index);

/* Sets the values in the object, and reports them. */
enum cgswap_status constant_make_report(struct constant_report **out,
					const struct constant_planning *planning);

#endif
