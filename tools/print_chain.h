/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_CHAIN_H
#define TOOLS_PRINT_CHAIN_H

#include "options.h"

#include <stdbool.h>

/* What the commands that show chains have in common. */

/* Opens the session that the options ask for; else tells the refusal and returns its status. */
enum exit_status view_session_open(const struct options *options, cgswap_session **session);

/* Opens the chain that the first two arguments name, and has the command done with it. */
enum exit_status view_with_chain(const struct options *options,
				 enum exit_status (*command)(const struct options *options,
							     cgswap_session *session,
							     cgswap_chain *chain));

/*
 * Opens a chain, and makes sure that it could be read: cgswap_chain_open() does without, where
 * the privilege is missing. On a refusal the last error says why, and *chain is NULL.
 */
enum cgswap_status view_open(cgswap_chain **chain, cgswap_session *session, const char *cgroup,
			     const char *attach_type);

/* Fetches names and links for one chain after another. Begin with the options, the rest 0. */
struct describer {
	const struct options *options;
	unsigned refused; /* parts that are asked for no more, because privilege is missing */
	enum cgswap_cause noted;
};

/*
 * Describes a chain. Where privilege or a feature of the kernel is missing, a note on standard
 * error says so, once, and it is no failure: the chain still has its ids.
 */
enum cgswap_status view_describe(struct describer *describer, cgswap_chain *chain);

/* Prints a chain as a table, or as one of the JSON shapes; false: out of memory. */
bool view_print(const struct options *options, const cgswap_chain *chain);
bool view_print_table(const cgswap_chain *chain);

/* The line that a dry run begins with. */
void view_print_dry_run(const struct options *options);

/* Says where something, which can now be found there, is pinned. */
void view_print_pinned(const char *what, const char *path);

/*
 * Prints a chain after it was changed, or would have been. That it cannot be described, or not
 * even be read, is no failure here: a note says so. Returns EXIT_CHANGED when memory ran out.
 */
enum exit_status view_changed(const struct options *options, cgswap_chain *chain);

#endif
