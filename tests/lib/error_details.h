/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file error_details.h
 * The details of an error and its message say the same.
 */
#ifndef TESTS_LIB_ERROR_DETAILS_H
#define TESTS_LIB_ERROR_DETAILS_H

#include "cgswap.h"

#include <stdbool.h>

/**
 * True if the message has the text of each detail, and each quoted value and each number of the
 * message is in a detail. A message may shorten a value. Prints what is missing.
 */
bool error_details_agree(const cgswap_error *error);

#endif
