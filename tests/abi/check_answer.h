/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file check_answer.h
 * Checks the result of any call, good or hostile. The child that made the call checks it, and reports
 * to the parent in shared memory.
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

/** One call: a function, and a value for each parameter. */
struct call {
	const struct function *function;
	void *address;
	struct value args[TEXT_PARAMS];
	union cell result;
};

/** A child's report: how far it came, and the problems that it found. */
struct report {
	bool returned;
	bool checked;
	size_t used;
	char complaint[4096];
};
extern struct report *report;

/** Adds a problem to the report. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Combines the demands of all values of a call. */
enum demand demand_of(const struct call *call);

/** Checks a call against the descriptors that were open and the last error before it. */
void check_answer(const struct call *call, const struct descriptors *before, const char *last_message);

#endif
