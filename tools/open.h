/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPEN_H
#define TOOLS_OPEN_H

#include "options.h"

/* Opens the session and the chain that the command line names. */

/* The directory of the journals; NULL: there is none. */
const char *open_state_dir(const struct options *options);
/* Writes the directory of the journals, as messages name it, and returns text. */
const char *open_journals_text(char *text, size_t size, const struct options *options);

/* Opens a session, or reports the error and returns its exit status. */
enum exit_status open_session(const struct options *options, cgswap_session **session);

typedef enum exit_status (*open_session_fn)(const struct options *options, cgswap_session *session);
/* Opens a session, and calls run on it. */
enum exit_status open_session_and_run(const struct options *options, open_session_fn run);

/* Opens a session, and completes the first argument, a cgroup; NULL: there is none. */
enum exit_status open_session_and_cgroup(const struct options *options, cgswap_session **session,
					 char **cgroup);

typedef enum exit_status (*open_chain_fn)(const struct options *options, cgswap_session *session,
					  cgswap_chain *chain);
/* Opens the chain that the first two arguments name, and calls run on it. */
enum exit_status open_chain_and_run(const struct options *options, open_chain_fn run);

/*
 * Opens a chain and reads it: cgswap_chain_open() succeeds for a chain that this process must not
 * read. On failure *chain is NULL.
 */
enum cgswap_status open_chain_readable(cgswap_chain **chain, cgswap_session *session,
				       const char *cgroup, const char *attach_type);

/* Reads the object of a source, without loading it; NULL for a source of another kind. */
cgswap_object *open_source_object(cgswap_session *session, const char *source);

/* Reads a chain unless it has certainly been read. */
enum cgswap_status open_chain_ensure_read(cgswap_chain *chain);

#endif
