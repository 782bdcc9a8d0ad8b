/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file scratch.h
 * Scratch cgroups: made for one test and removed with it.
 *
 * All cgroups of a test are below one directory under the cgroup2 mount, named
 * cgswap-test-<pid>-<pid namespace>, and the test touches nothing else there. They are removed
 * when the process exits and when a signal ends it. After a SIGKILL the next test removes them: it
 * finds that no process has the pid in the name. The pid namespace is part of the name because a
 * pid has no meaning in another one. A failure to make a cgroup ends the test. On a modelled kernel
 * the cgroups have the same path in its own tree, and end with it.
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

/** @return the cgroup2 mount, "" if none; constant for the process. */
const char *scratch_mount(void);
/** @return true if cgroups can be made there; sets errno otherwise. */
bool scratch_mount_is_writable(void);
/** @return any mount of cgroup v1, "" if none; constant for the process. */
const char *scratch_v1_mount(void);

/** Makes a cgroup directly below the test's directory. */
struct scratch scratch_new(const char *name);

/** Makes a cgroup below another one. */
struct scratch scratch_child(const struct scratch *parent, const char *name);

/** Makes count nested cgroups, each in the one before. */
void scratch_nest(struct scratch *levels, size_t count);

/** Removes one cgroup that has no children; its descriptor stays open. */
void scratch_remove(struct scratch *scratch);

/** Moves the calling process into the cgroup; for children made by fork(). @return 0 or -1. */
int scratch_enter(const struct scratch *scratch);

/**
 * Keeps one passing program of the attach type attached in a cgroup of its own. The kernel patches
 * its code when the first program of an attach type is attached on a machine and when the last one
 * is detached, which is hundreds of times slower than all else.
 */
void scratch_bystander(unsigned attach_type);

/** Removes the cgroups of ended tests. Called by the first scratch_new(). @return their number. */
unsigned scratch_sweep(void);

/* ---- implemented for each kernel ------------------------------------------------------------- */

/** @return the test's directory, which the first call makes. */
const char *scratch_top(void);
/** Makes a cgroup. @return its descriptor; a failure ends the test. */
int scratch_make(const char *path);

#endif
