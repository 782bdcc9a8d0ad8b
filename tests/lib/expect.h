/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file expect.h
 * What a call of the library is expected to come to. Each is one line of TAP, and tells all
 * that was not as it should be. What a refusal said goes into the log: it is to be the same on
 * every kernel.
 */
#ifndef TESTS_LIB_EXPECT_H
#define TESTS_LIB_EXPECT_H

#include "cgswap.h"
#include "descriptors.h"

#include <stdbool.h>

/**
 * EXPECT_CAUSE(call, cause, name, ...): the call is refused with this cause and the status that
 * goes with it, the last error says so in one line with a remedy and an operation, and no
 * descriptor is left open. A macro, because the descriptors are counted before the call.
 */
#define EXPECT_CAUSE(call, cause, ...)                                            \
	do {                                                                      \
		struct descriptors before_ = descriptors_now();                   \
		enum cgswap_status got_ = (call);                                 \
		expect_refusal(got_, CGSWAP_CAUSE_##cause, &before_, __VA_ARGS__); \
	} while (0)

/** What EXPECT_CAUSE() calls afterwards; before may be NULL: descriptors are not looked at. */
bool expect_refusal(enum cgswap_status got, enum cgswap_cause cause,
		    const struct descriptors *before, const char *name, ...)
	__attribute__((format(printf, 4, 5)));

/** The call succeeded, and the last error is empty. Shows the error when not. */
bool expect_ok(enum cgswap_status got, const char *name, ...)
	__attribute__((format(printf, 2, 3)));

/** The message of this thread's last error holds a string. */
bool expect_message(const char *part);

#endif
