/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture_marks.h
 * Two versions of a program that mark the numbered packets they see in one shared map: a packet
 * with no mark was seen by neither, one with two marks by both.
 */
#ifndef TESTS_LIB_FIXTURE_MARKS_H
#define TESTS_LIB_FIXTURE_MARKS_H

#include <stdint.h>

struct marks {
	uint32_t most;
	int seen;
	int runs;
	int progs[2]; /* the two versions */
};

struct marks_result {
	uint32_t unseen;
	uint32_t doubled;
	uint64_t by[2]; /* packets that each version saw */
};

/** Makes the maps and the programs for packets 0 to most - 1. */
struct marks marks_new(uint32_t most);
/** Counts over the first `sent` packets. */
struct marks_result marks_count(const struct marks *marks, uint32_t sent);
void marks_free(struct marks *marks);

#endif
