/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_count.h"

#include <fcntl.h>
#include <unistd.h>

static bool run_count_read_sysctl(void)
{
	char digit = '0';
	int fd;

	fd = open("/proc/sys/kernel/bpf_stats_enabled", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, &digit, 1) != 1)
		digit = '0';
	close(fd);
	return digit != '0';
}

bool run_count_is_known(uint64_t run_count)
{
	static enum { NOT_READ, OFF, ON } sysctl;

	if (run_count)
		return true;
	if (sysctl == NOT_READ)
		sysctl = run_count_read_sysctl() ? ON : OFF;
	return sysctl == ON;
}
