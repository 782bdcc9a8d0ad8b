/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file scratch.h
 * Scratch cgroups: made for one test, gone with it.
 *
 * All of a test's cgroups lie below one directory under the cgroup2 mount, named
 * cgswap-test-<pid>-<pid namespace>, and the test touches nothing else there. They are removed
 * when the process exits and when a signal ends it; what a SIGKILL leaves behind is swept by
 * the next test, which recognises it by the pid that is nobody's any more. The namespace is
 * part of the name because a pid says nothing in another one. A failure to make a cgroup ends
 * the test. On a modelled kernel they lie at the same place of its own tree, and end with it.
 */
#ifndef TESTS_LIB_SCRATCH_H
#define TESTS_LIB_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/** A cgroup: its absolute path and an open descriptor of the directory. */
struct scratch {
	char path[512];
	int fd;
};

/** @return the cgroup2 mount, "" when there is none; a constant of the process. */
const char *scratch_mount(void);
/** Whether cgroups can be made there; errno tells why not. */
bool scratch_mount_is_writable(void);
/** @return any mount of cgroup v1, "" when there is none; a constant of the process. */
const char *scratch_v1_mount(void);

/** Makes a cgroup of the test's own, directly below the test's directory. */
struct scratch scratch_new(const char *name);

/** Makes a cgroup below another one. */
struct scratch scratch_child(const struct scratch *parent, const char *name);

/** Makes levels nested cgroups, each in the one before. */
void scratch_nest(struct scratch *levels, size_t count);

/** Removes one cgroup that has no children; its descriptor stays open. */
void scratch_remove(struct scratch *scratch);

/** Moves the calling process into the cgroup; for children made by fork(). @return 0 or -1. */
int scratch_enter(const struct scratch *scratch);

/**
 * Keeps one passing program per given hook attached in a cgroup of its own. Attaching the
 * first program of a hook on a machine and detaching the last one patches kernel code, which
 * is hundreds of times slower than all else.
 */
void scratch_bystander(unsigned attach_type);

/** Removes what dead tests left. Called by the first scratch_new(). @return how many. */
unsigned scratch_sweep(void);

/* ---- what each kernel does in its own way ---------------------------------------------------- */

/** @return the test's directory, which the first call makes. */
const char *scratch_top(void);
/** Makes a cgroup. @return its descriptor; a failure ends the test. */
int scratch_make(const char *path);

#endif
