/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture_gate.h
 * A firewall at connect4 (tests/bpf/maps/gate_*.bpf.c) that denies by a tail call. The test is its
 * loader: it fills the program array and holds it.
 */
#ifndef TESTS_LIB_FIXTURE_GATE_H
#define TESTS_LIB_FIXTURE_GATE_H

#include "fixture_maps.h"

#include <stdbool.h>

enum { GATE_SLOT = 3 /* that the firewall calls */ };

struct gate_fixture {
	struct map_fixture maps;
	uint32_t array; /* the id of its program array */
	int array_fd;
};

/** Attaches the firewall of an object ("gate_v1") at connect4; with an empty array it allows all. */
struct gate_fixture gate_fixture_new(const char *cgroup, const char *object);
/** Puts a program that denies, from the object, into a slot; a failure ends the test. */
void gate_fixture_fill(const struct gate_fixture *gate, const char *object, uint32_t slot);
/** The same with choices of constants, a list that NULL ends. */
void gate_fixture_fill_with(const struct gate_fixture *gate, const char *object, uint32_t slot,
			    const char *const *constants);
void gate_fixture_free(struct gate_fixture *gate);

/** @return true if a process in the cgroup may not connect; other errors end the test. */
bool gate_fixture_denies(const struct gate_fixture *gate);

/** The path of the object, and the name of its firewall: a source for map_fixture_plan(). */
const char *gate_fixture_source(const char *object);

#endif
