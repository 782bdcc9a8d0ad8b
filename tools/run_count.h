/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_RUN_COUNT_H
#define TOOLS_RUN_COUNT_H

#include <cgswap.h>

/*
 * True if the entry's run count and run time are known. The kernel counts only while
 * kernel.bpf_stats_enabled is set or a process asks for it; a count of 0 says nothing otherwise.
 */
bool run_count_is_known(const cgswap_entry *entry);

#endif
