/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file storage.h
 * Maps of cgroup storage, which a model does not have, and programs that use them.
 */
#ifndef TESTS_LIB_STORAGE_H
#define TESTS_LIB_STORAGE_H

#include <stdint.h>

/** @return a map with values of this size. */
int storage_map(uint32_t value_size);
/** Loads a program that uses such a map, and lets everything pass; as prog_pass(). */
int storage_prog(uint32_t attach_type, int map, const char *name);

#endif
