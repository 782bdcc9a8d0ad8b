/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COMMIT_H
#define TOOLS_COMMIT_H

#include "print_steps.h"

/* The options of a transaction. */
struct cgswap_replace_opts commit_opts(const struct options *options);

/* Those of a step, or of all steps of `--recursive`. */
struct cgswap_step_opts commit_step_opts(const struct options *options);

/*
 * Commits a transaction of `replace`, or checks it in a dry run, drains it with --drain, and
 * reports the result.
 */
enum exit_status commit_and_report(struct steps *steps, cgswap_replace *replace);
/* Reports steps that were done, or would be. */
enum exit_status commit_report(const struct steps *steps);

#endif
