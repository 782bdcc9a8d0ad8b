/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COMPLETE_H
#define TOOLS_COMPLETE_H

#include "options.h"

/*
 * Prints the words that the last one may become, each on a line; `:files` stands for the names of
 * files. The words are those of a command line after `cgswap`. The completions of the shells call
 * it as `cgswap complete WORD...`.
 */
enum exit_status complete_words(int count, char **words);

#endif
