/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file modelled.h
 * Sessions on the model, and steps that its tests share. An error here ends the test.
 */
#ifndef TESTS_ORACLE_MODELLED_H
#define TESTS_ORACLE_MODELLED_H

#include "cgswap.h"

#include <stdbool.h>

/** Drops all privileges. */
void drop_privileges(void);

/** disable_features may be NULL. */
cgswap_session *model_session(const char *disable_features);
cgswap_chain *model_chain(cgswap_session *session, const char *cgroup, const char *attach_type);
cgswap_program *model_program(cgswap_session *session, const char *source);

/** Checks the names of the chain's programs, separated by blanks. */
bool names_are(cgswap_chain *chain, const char *wanted, const char *name);
/** Checks the names of the programs that are effective in the chain's cgroup. */
bool effective_names_are(cgswap_session *session, cgswap_chain *chain, const char *wanted,
			 const char *name);

#endif
