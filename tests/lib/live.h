/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file live.h
 * What a test asks of the machine before it starts: privilege, a cgroup2 mount, features of
 * the kernel. What is missing becomes a skip with its reason, by raw calls, so that a library
 * that wrongly thinks something missing cannot hide. On a modelled kernel it is the model that is
 * asked, and "the running kernel" is the model.
 */
#ifndef TESTS_LIB_LIVE_H
#define TESTS_LIB_LIVE_H

#include "cgswap.h"

#include <stdbool.h>

/**
 * Skips the whole test unless programs can be loaded, attached and listed here. Also ends the
 * test after two minutes, whatever it waits for.
 */
void need_live(void);

/** Whether the kernel knows the flags of PROG_ATTACH (RAW_PREORDER ...). */
bool kernel_knows_flags(unsigned flags);
/** Whether the kernel knows the attach type. */
bool kernel_knows_attach_type(unsigned attach_type);
/** Whether PROG_QUERY tells the revision. */
bool kernel_has_revision(void);

/** Skips the whole test unless the kernel knows the flags. */
void need_flags(unsigned flags, const char *name);

/** Opens a session on the running kernel; ends the test when that fails. */
cgswap_session *live_session(void);
/** One that is told to do without some features; NULL: without none. */
cgswap_session *live_session_without(const char *disable_features);
/** Opens a chain; ends the test when that fails. */
cgswap_chain *live_chain(cgswap_session *session, const char *cgroup, const char *attach_type);
/** Opens the program of a descriptor through the library; ends the test when that fails. */
cgswap_program *live_program(cgswap_session *session, int fd);

/** The path of a file of the build tree ("tools/cgswap"); the result is the caller's to free. */
char *build_path(const char *below);
/** The same for the source tree. */
char *source_path(const char *below);

#endif
