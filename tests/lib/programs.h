/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file programs.h
 * Small programs for the attach types of cgroups, written as instructions, so that a test has as
 * many distinct ones as it needs without a compiler. A program exists as long as its descriptor is
 * open or it is attached. A program that does not load ends the test: each function returns a valid
 * descriptor.
 */
#ifndef TESTS_LIB_PROGRAMS_H
#define TESTS_LIB_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>

/** Lets everything pass. attach_type is one of attach_types.h; name may be NULL. */
int prog_pass(uint32_t attach_type, const char *name);

/** Fills fds with count passing programs named prefix0, prefix1, ... */
void prog_pass_many(uint32_t attach_type, const char *prefix, int *fds, size_t count);

/** cgroup_skb, egress: adds `add` to element 0 of an array, and lets the packet pass. */
int prog_add(int array, uint32_t add, const char *name);

/**
 * cgroup_skb, egress: reads the number in the payload of an IPv4 UDP packet, adds 1 to that
 * element of `seen` and 1 to element `self` of `runs`, and lets the packet pass.
 */
int prog_mark(int seen, int runs, uint32_t self, const char *name);

/** cgroup_skb, egress: returns 3, which the kernel allows at egress only. */
int prog_egress_only(const char *name);

#endif
