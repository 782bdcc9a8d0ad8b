/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file privilege.h
 * Parts of a test that run with fewer privileges, each in a child of its own. A child makes
 * checks as usual; they are counted as the parent's. On a modelled kernel, which is told what its
 * caller may do, no child is needed.
 */
#ifndef TESTS_LIB_PRIVILEGE_H
#define TESTS_LIB_PRIVILEGE_H

#include <stdint.h>

/** As nobody, with no capability at all. */
void as_nobody(void (*part)(void));
/** As root without some capabilities: a mask of 1 << CAP_NET_ADMIN ... */
void without_capabilities(uint64_t mask, void (*part)(void));
/** As root of a user namespace of its own: all capabilities, but none that counts. */
void in_user_namespace(void (*part)(void));

#endif
