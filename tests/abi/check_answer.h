/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file judge.h
 * What must come of a call, whatever it was given: judged in the child that made it, told to the
 * parent by memory that both see.
 */
#ifndef TESTS_ABI_CHECK_ANSWER_H
#define TESTS_ABI_CHECK_ANSWER_H

#include "../lib/descriptors.h"
#include "hostile.h"

/** An argument or a result; arg is a small result as libffi widens it. */
union cell {
	uint64_t number;
	void *pointer;
	unsigned long arg;
};

/** One call: a function, and for each parameter a value and what it is. */
struct call {
	const struct function *function;
	void *address;
	struct value args[TEXT_PARAMS];
	union cell result;
};

/** What a child tells: how far it came, and what was wrong. */
struct report {
	bool returned;
	bool judged;
	size_t used;
	char complaint[4096];
};
extern struct report *report;

/** Adds to what was wrong. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** What all values of a call together demand. */
enum demand demand_of(const struct call *call);

/** Judges a call that was made; before it these descriptors were open, and this was the last error. */
void judge(const struct call *call, const struct descriptors *before, const char *last_message);

#endif
