/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads a program of an object that replaces a loaded program, and reuses that program's maps. The
 * plan decides which maps are reused; then the program is loaded with them.
 */
#ifndef CGSWAP_LOAD_MAP_REUSE_H
#define CGSWAP_LOAD_MAP_REUSE_H

#include "load/map_choice.h"
#include "load/map_share.h"
#include "load/program_maps.h"
#include "object/object.h"
#include "program/program.h"

/* The source of a constant's value in a program. */
enum constant_origin {
	CONSTANT_ORIGIN_UNKNOWN,
	CONSTANT_ORIGIN_FILE, /* it is the file's: no loader has set it */
	CONSTANT_ORIGIN_SET
};

/* Tells it from a record of the program's load; asked if a value differs, or is carried over. */
typedef enum constant_origin (*constant_origin_fn)(const struct program *old, const char *constant,
						   void *user);

/* The pointers belong to the caller, and must be valid until map_reuse_end(). */
struct load_request {
	struct kernel *kernel;
	const char *bpffs; /* mount of bpffs for maps with LIBBPF_PIN_BY_NAME; "": not mounted */
	const struct object_file *file;
	const char *path;    /* path of the file */
	const char *program; /* NULL: the only one that fits */
	const struct attach_type *type;
	const struct program *old; /* NULL: no maps are reused */
	struct btf_memo *btfs;     /* NULL: each is parsed */
	bool one_set; /* one of several programs of the object that are to have one set of maps */
	const struct program *const *olds; /* all old programs; the maps of each may be reused */
	size_t old_count;
	enum cgswap_map_policy maps;
	const struct map_choices *choices; /* for single maps, over the policy */
	enum cgswap_constant_policy constants;
	bool require_constants;
	const char *const *constant_choices; /* or NULL */
	const struct object_file *old_file;  /* that the old program came from; NULL: unknown */
	const char *old_path;
	constant_origin_fn recorded; /* NULL: there are no records */
	void *recorded_user;
	bool records; /* this load is to be recorded too */
};

/* One map of the object. */
struct map_reuse_map {
	char name[PROGRAM_NAME_SIZE];
	char *pin;  /* the path of its pin by name, or NULL */
	int pinned; /* descriptor of the map that is pinned there; -1: none */
	uint32_t pinned_id;
	bool claimed; /* not pinned yet: another program of this process is to pin it there */
	const struct map_choice *choice; /* the caller's; NULL: none */
	struct map_fd *by_id;            /* the chosen map; NULL: none */
	int by_pin;                      /* likewise; -1: none */
	struct map_fd *borrowed;         /* another step's map that it is; NULL: none */
	bool filled;                     /* the source puts programs into this program array */
	bool takes_pin;                  /* it is new, and takes the pin of the old program's map */
	bool of_set;                     /* filled: another program of the set has made it */
	uint32_t other_user; /* filled: a program that uses the array at its pin; or 0 */
	bool reused;         /* it is the old program's map */
	uint32_t id;         /* after loading; 0: the kernel has none */
	struct map_spec inner;
	bool timers;        /* its values have timers */
	bool timers_end;    /* and nothing is to hold it open */
	const char *reason; /* a constant, or the next field */
	char counted[352];
};

struct map_reuse {
	struct load_request request;
	struct bpf_object *object;
	struct bpf_program *program;
	struct program_maps old_maps; /* open if maps can be reused */
	uint32_t cpus;                /* as for map_spec_compatible() */
	size_t count; /* length of the arrays below: one element for each map of the object */
	struct map_reuse_map *maps;
	struct map_view *views;
	struct map_match *matches;
	struct kernel_object_map *kmaps;
	struct program **slot_programs; /* that the old program's arrays run; they hold maps */
	size_t slot_program_count;
	const struct map_share *others; /* the maps of the group; NULL: none */
	struct indirect_map *indirect;  /* after loading, for one_set */
	bool loaded;                    /* a program came of it */
	bool pin_taken; /* loading failed since a pin was made after the plan: plan again */
};

/* Plans, and loads nothing. The caller calls map_reuse_end() also after an error. */
enum cgswap_status map_reuse_plan(struct map_reuse *out, const struct load_request *request);
void map_reuse_end(struct map_reuse *reuse);

/*
 * Replaces maps that would be new by those of other programs of the same file that are attached
 * together with this one.
 */
enum cgswap_status map_reuse_share(struct map_reuse *reuse, const struct map_share *others);

/* Carries out the plan; call it once. */
enum cgswap_status map_reuse_load(struct program **out, struct map_reuse *reuse);

/*
 * Checks that the program uses all maps that the policy requires. map_reuse_load() does this too;
 * this call is for a program that was loaded for another request.
 */
enum cgswap_status map_reuse_check(const struct map_reuse *reuse, const struct program *program);

/*
 * Returns the name of the next dropped map, read-only data aside, from index *at on, and moves *at
 * past it. NULL: there are no more.
 */
const char *map_reuse_next_dropped(const struct map_reuse *reuse, const struct program *program,
				   size_t *at);

#endif
