/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file api_session.h
 * The sessions of the API's oracle: one for each set of disabled features and of privileges, on a
 * backend that lets another process act before the n-th system call.
 */
#ifndef TESTS_ORACLE_API_SESSION_H
#define TESTS_ORACLE_API_SESSION_H

#include "api.h"

/** Begin and end the library's calls of an operation: with its session and its privileges. */
cgswap_session *api_enter(const struct api_operation *operation);
void api_leave(void);

/** Closes all sessions. @return false if one leaves a descriptor open. */
bool api_sessions_close(void);

/** From now on the foreign change comes before the n-th system call of the library. */
void api_arm(const struct api_foreign *foreign, unsigned nth);
/** @return true if it came; then *result has its answer. */
bool api_disarm(struct api_result *result);

/** A link's descriptor that the library gave is the caller's from now on. */
void api_own_descriptor(void);

#endif
