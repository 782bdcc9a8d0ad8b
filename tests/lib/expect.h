/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file expect.h
 * Expected results of calls of the library. Each is one check, and prints all that differs from
 * the expectation. The texts of an expected error go into the log: they must be the same on every
 * kernel.
 */
#ifndef TESTS_LIB_EXPECT_H
#define TESTS_LIB_EXPECT_H

#include "cgswap.h"
#include "descriptors.h"

#include <stdbool.h>

/**
 * EXPECT_CAUSE(call, cause, name, ...): the call fails with this cause and its status, the last
 * error has a message, a remedy and an operation of one line each and details that agree with its
 * message, and no descriptor is left open.
 * It is a macro because it counts the descriptors before the call.
 */
#define EXPECT_CAUSE(call, cause, ...)                                            \
	do {                                                                      \
		struct descriptors before_ = descriptors_now();                   \
		enum cgswap_status got_ = (call);                                 \
		expect_refusal(got_, CGSWAP_CAUSE_##cause, &before_, __VA_ARGS__); \
	} while (0)

/** EXPECT_CAUSE() calls this after the call; before may be NULL: descriptors are not compared. */
bool expect_refusal(enum cgswap_status got, enum cgswap_cause cause,
		    const struct descriptors *before, const char *name, ...)
	__attribute__((format(printf, 4, 5)));

/** The call succeeded, and the last error is empty. Prints the error otherwise. */
bool expect_ok(enum cgswap_status got, const char *name, ...)
	__attribute__((format(printf, 2, 3)));

/** The message of this thread's last error contains a string. */
bool expect_message(const char *part);

#endif
