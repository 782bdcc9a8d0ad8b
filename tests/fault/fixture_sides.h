/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file stage_sides.h
 * The side chains of the stage, and its pins, for stage.c: what is not simply attached in multi mode.
 */
#ifndef TESTS_FAULT_FIXTURE_SIDES_H
#define TESTS_FAULT_FIXTURE_SIDES_H

#include "fixture.h"

void sides_set(uint32_t preorder);
void sides_strike(void);

/** Takes off what stands in the side chains, and removes the pins. */
void sides_clear(void);

/** What is pinned; the chains are read with the others. */
void sides_look(struct fault_fixture_look *look);

#endif
