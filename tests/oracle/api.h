/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file api.h
 * The oracle of the public API: a small world of cgroups, programs and links on the running kernel,
 * its state as the rules say, random operations of the library and of others, and the answers that
 * are right for them.
 *
 * All parts of an operation are bytes, so that a list of them can be printed and played again. They
 * are indexes: of cgroups, attach types, programs and slots for links.
 */
#ifndef TESTS_ORACLE_API_H
#define TESTS_ORACLE_API_H

#include "cgswap.h"
#include "rules/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	API_CGROUPS = 4, /**< root, root/mid, root/mid/leaf, root/side */
	API_TYPES = 2,
	API_LINKS = 6,
	API_VARIED = 14, /**< programs besides the fillers */
	API_FILLERS = 64,
	API_PROGRAMS = API_VARIED + API_FILLERS,
	API_STEPS = 3,
	API_PAIRS = 4,
	API_LIST_MAX = 64
};

/** Another process, in the middle of ours. */
enum api_foreign_kind {
	FOREIGN_NONE,
	FOREIGN_ATTACH,
	FOREIGN_DETACH,
	FOREIGN_REPLACE,
	FOREIGN_LINK,
	FOREIGN_LINK_UPDATE,
	FOREIGN_LINK_END,
	FOREIGN_FILL,  /**< to 64 entries */
	FOREIGN_CLEAR, /**< detaches all entries */
	FOREIGN_REMOVE, /**< the cgroup itself; it is there again for the next operation */
	FOREIGN_KINDS
};

struct api_foreign {
	uint8_t kind, cgroup, type, program, other, flags, slot;
};

enum api_selector_kind { API_BY_ID, API_BY_FD, API_BY_NAME, API_BY_POSITION, API_BY_LINK, API_SELECTORS };

struct api_selector {
	uint8_t kind, index;
};

enum api_revision { API_ANY_REVISION, API_RIGHT_REVISION, API_WRONG_REVISION };
enum api_side { API_LAST, API_FIRST, API_BEFORE, API_AFTER };

struct api_step {
	uint8_t cgroup, type, program, preorder, revision;
	struct api_selector old;
};

enum api_kind { API_FOREIGN, API_ATTACH, API_DETACH, API_REPLACE, API_KINDS };

/** When the foreign change comes: between two calls, or before the n-th system call of one. */
enum api_moment {
	API_NEVER,
	API_AFTER_DRY, /**< after the dry run; after the adds */
	API_AFTER_CHECK,
	API_AFTER_COMMIT,
	API_IN_CALL, /**< in attach, detach, commit */
	API_IN_ADD,
	API_IN_ROLLBACK,
	API_MOMENTS
};

struct api_operation {
	uint8_t kind, disabled, privilege;
	uint8_t inside; /**< the process is in a cgroup namespace */
	uint8_t cgroup, type, program, mode, by_link, slot, preorder, side, revision;
	struct api_selector selector; /**< the anchor; the entry to detach */
	uint8_t step_count, once, verify_off, dry_run;
	struct api_step steps[API_STEPS];
	uint8_t moment, nth;
	struct api_foreign foreign; /**< API_FOREIGN: the operation itself */
};

struct api_list {
	uint8_t pair; /**< the attach types */
	size_t count;
	struct api_operation operations[API_LIST_MAX];
};

/* ---- the world ------------------------------------------------------------------------------- */

struct api_program {
	int fd;
	char name[16];
	struct rules_program rules;
};

struct api_state {
	struct rules_chain chains[API_CGROUPS][API_TYPES];
	bool gone[API_CGROUPS];
	uint32_t links[API_LINKS]; /**< their ids; 0: an empty slot */
};

struct api_world {
	uint32_t types[API_TYPES];
	const char *type_names[API_TYPES];
	struct api_program programs[API_PROGRAMS];
	char paths[API_CGROUPS][512];
	int cgroups[API_CGROUPS];
	int links[API_LINKS]; /**< descriptors; -1 */
	struct api_state state;
	struct rules_kernel kernel;
};

extern struct api_world world;
extern const int api_parents[API_CGROUPS];

/** Loads the programs of all pairs and makes the cgroups. An error ends the test. */
void api_world_open(void);
void api_world_close(void);
/** Empties all chains, ends all links, and takes the attach types of a pair. */
void api_world_reset(unsigned pair);
/** Makes removed cgroups again. */
void api_world_mend(void);

/** The kernel's answer to a foreign change. */
struct api_result {
	int errnum;
	uint32_t link;
};

/** Makes the change on the running kernel, not yet in a state. */
struct api_result api_foreign_do(const struct api_foreign *foreign);
/** Makes it in a state. @return false if the rules give another answer there. */
bool api_foreign_note(struct api_state *state, const struct api_foreign *foreign,
		      const struct api_result *result);
/** True if it can change this chain. */
bool api_foreign_touches(const struct api_foreign *foreign, unsigned cgroup, unsigned type);

/** True if the kernel has these chains and orders; revisions may be higher by an even number. */
bool api_state_matches(const struct api_state *state);
/** Takes the revisions of the kernel. @return false if one differs from that of the state. */
bool api_state_take_revisions(struct api_state *state);
void api_state_print(const struct api_state *state);

/* ---- the right answers ----------------------------------------------------------------------- */

/** A set of causes; CGSWAP_CAUSE_NONE stands for success. */
struct api_causes {
	uint64_t bits[2];
};

void api_add_cause(struct api_causes *set, enum cgswap_cause cause);
bool api_has_cause(const struct api_causes *set, enum cgswap_cause cause);
void api_join_causes(struct api_causes *set, const struct api_causes *other);
const char *api_causes_text(const struct api_causes *set);

/** An entry that a selector means, as the state shows it. */
struct api_bound {
	uint32_t program, link, mode; /**< link 0: a plain entry */
	bool moved;                   /**< others changed the chain since */
	bool perhaps_moved;
	bool preorder_known;
};

/** Each adds the right causes; *after is the state after a success. */
void api_want_attach(struct api_causes *out, const struct api_state *state,
		     const struct api_operation *operation, struct api_state *after);
void api_want_detach(struct api_causes *out, const struct api_state *state,
		     const struct api_operation *operation, struct api_state *after);
/* The kernel's reason against a program that is not attached, which comes before that. */
void api_want_reason(struct api_causes *out, const struct api_state *state,
		     const struct api_step *step);

void api_want_add(struct api_causes *out, const struct api_state *state,
		  const struct api_step *step, struct api_bound *bound);
void api_want_commit(struct api_causes *out, const struct api_state *state,
		     const struct api_operation *operation, const struct api_bound *bound,
		     struct api_state *after);
/** True if the kernel allows no attach in multi mode there. */
bool api_is_forbidden(const struct api_state *state, unsigned cgroup, unsigned type);
/** Does one swap in a state. @return the answer of the rules. */
struct rules_answer api_swap(struct api_state *state, const struct api_step *step,
			     const struct api_bound *bound);
/** Undoes it; old_preorder is that of the old entry. @return false if it is out already. */
bool api_swap_back(struct api_state *state, const struct api_step *step,
		   const struct api_bound *bound, bool old_preorder);

/* ---- random operations ----------------------------------------------------------------------- */

struct dice;
void api_generate(struct api_operation *out, struct dice *dice);

const char *api_text(char *text, size_t size, const struct api_operation *operation);

/* ---- playing --------------------------------------------------------------------------------- */

struct api_failure {
	char kind[200]; /**< the same for failures of the same kind */
	char text[1200];
};

extern struct api_failure api_failure;
extern unsigned long api_tally[2][128]; /**< causes of dry runs and of calls */
/** Operations that need no second world; set by the command line. */
void api_play_close(void);

/** Plays one operation. @return false if an answer or a chain is wrong; see api_failure. */
bool api_play(const struct api_operation *operation);

/** The names of the disabled features of an operation; NULL: none. */
const char *api_disabled_name(unsigned disabled);
bool api_is_disabled(const struct api_operation *operation, const char *feature);
unsigned api_disabled_count(void);
uint64_t api_missing_capabilities(unsigned privilege);
enum { API_PRIVILEGES = 5 };

#endif
