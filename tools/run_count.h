/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_RUN_COUNT_H
#define TOOLS_RUN_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * True if an entry's run count, and so its run time, is known. The kernel counts only while
 * kernel.bpf_stats_enabled is set or a process asks for it; a count of 0 says nothing otherwise.
 */
bool run_count_is_known(uint64_t run_count);

#endif
