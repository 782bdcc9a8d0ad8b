/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file live.h
 * Requirements of a test: privilege, a cgroup2 mount, features of the kernel. A missing one skips
 * the test with the reason. They are checked by raw calls, so that a library that wrongly finds a
 * feature missing does not cause a skip. On a modelled kernel these functions ask the model, and
 * "the running kernel" is the model.
 */
#ifndef TESTS_LIB_LIVE_H
#define TESTS_LIB_LIVE_H

#include "cgswap.h"

#include <stdbool.h>

/**
 * Skips the whole test unless programs can be loaded, attached and listed here. Also ends the
 * test after two minutes, even if it waits for something.
 */
void need_live(void);

/** @return true if the kernel knows the flags of PROG_ATTACH (RAW_PREORDER ...). */
bool kernel_knows_flags(unsigned flags);
/** @return true if the kernel knows the attach type. */
bool kernel_knows_attach_type(unsigned attach_type);
/** @return true if PROG_QUERY reports the revision. */
bool kernel_has_revision(void);

/** Skips the whole test unless the kernel knows the flags. */
void need_flags(unsigned flags, const char *name);

/** The scratch cgroup of the sessions below; NULL: the directory of the test's scratch cgroups. */
extern const char *live_scratch;
/** Opens a session on the running kernel, with a scratch cgroup of the test; a failure ends it. */
cgswap_session *live_session(void);
/** Opens a session with some features disabled; NULL: none. */
cgswap_session *live_session_without(const char *disable_features);
/** Opens a chain; a failure ends the test. */
cgswap_chain *live_chain(cgswap_session *session, const char *cgroup, const char *attach_type);
/** Opens the program of a descriptor through the library; a failure ends the test. */
cgswap_program *live_program(cgswap_session *session, int fd);

/** The path of a file of the build tree ("tools/cgswap"); the caller frees it. */
char *build_path(const char *below);
/** The same for the source tree. */
char *source_path(const char *below);

#endif
