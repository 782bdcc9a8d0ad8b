/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture_sides.h
 * The side chains of the fixture and its pins: entries with links, in override mode and preorder.
 */
#ifndef TESTS_FAULT_FIXTURE_SIDES_H
#define TESTS_FAULT_FIXTURE_SIDES_H

#include "fixture.h"

void sides_set(uint32_t preorder);
void sides_free(void);

/** Empties the side chains and removes the pins. */
void sides_clear(void);

/** Reads the pins. fault_fixture_look() reads the chains. */
void sides_look(struct fault_fixture_look *look);

#endif
