/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file api_want.h
 * Shared by the files that work out the right answers: what the library's documentation and the
 * kernel's rules say for a state that is known in full. They read no chain, and share only the rules
 * with the library.
 */
#ifndef TESTS_ORACLE_API_WANT_H
#define TESTS_ORACLE_API_WANT_H

#include "api.h"

/** The entries that a selector means. */
struct want_match {
	size_t positions[KERNEL_CHAIN_MAX], count;
	uint32_t link;           /* the selector names it */
	enum cgswap_cause wrong; /* the selector itself */
};

/** The input of the rules. */
struct want_asked {
	struct rules_input input;
	const struct rules_chain *ancestors[API_CGROUPS];
};

const struct rules_chain *want_chain(const struct api_state *state, unsigned cgroup, unsigned type);
const struct api_program *want_program(uint32_t id);
struct rules_program want_rules(uint32_t id);
struct want_match want_match(const struct api_state *state, unsigned cgroup, unsigned type,
			     const struct api_selector *selector);
size_t want_occurrences(const struct rules_chain *chain, uint32_t program);

void want_input(struct want_asked *asked, const struct api_state *state, unsigned cgroup,
		unsigned type);
/** The revision that a call expects; 0: any. */
uint64_t want_revision(const struct api_state *state, unsigned cgroup, unsigned type,
		       unsigned revision);

/** The cause of a refusal that can be seen, where one that cannot be seen comes first. */
void want_also(struct api_causes *out, struct rules_answer answer);

/** The cause if no entry matches. */
void want_absent(struct api_causes *out, const struct api_state *state, unsigned cgroup,
		 unsigned type, const struct api_selector *selector,
		 const struct want_match *match);
/** The cause if a program does not fit an attach type. */
void want_program_type(struct api_causes *out, const struct rules_program *program, uint32_t type);
/** Without a link, the program of the entry must have one entry only: else adds the cause. */
bool want_unique(struct api_causes *out, const struct rules_chain *chain,
		 const struct want_match *match);

#endif
