/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities of this process, as /proc shows them. */
#include "kernel/live.h"

#include <stdio.h>

#include "base/fd.h"

/* The first user namespace maps every id to itself. */
static bool live_is_in_first_user_namespace(void)
{
	unsigned long inside, outside, length;
	FILE *map = fd_fopen("/proc/self/uid_map");
	bool first;

	if (!map)
		return true;
	first = fscanf(map, "%lu %lu %lu", &inside, &outside, &length) == 3 && inside == 0 &&
		outside == 0 && length == 4294967295UL;
	fclose(map);
	return first;
}

enum kernel_standing kernel_live_capability(struct kernel *kernel, enum kernel_capability which)
{
	FILE *status = fd_fopen("/proc/thread-self/status");
	unsigned long long effective = 0;
	char line[256];

	(void)kernel;
	if (!status)
		return KERNEL_CAP_MISSING;
	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	fclose(status);
	if (!(effective & (1ULL << which)))
		return KERNEL_CAP_MISSING;
	return live_is_in_first_user_namespace() ? KERNEL_CAP_HELD : KERNEL_CAP_IN_NAMESPACE;
}
