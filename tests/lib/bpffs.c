/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpffs.h"

#include "tap.h"
#include "rawbpf.h"
#include "rawfd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *bpffs_pin(int fd, const char *name)
{
	static char paths[8][64];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(*paths), BPFFS "/%s", name);
	if (raw_pin(fd, path))
		bail_out("cannot pin %s: %s", path, strerror(errno));
	return path;
}

static uint32_t id_at(const char *path, uint32_t (*id_of)(int fd))
{
	int fd = raw_pin_open(path);
	uint32_t id;

	if (fd < 0)
		return 0;
	id = id_of(fd);
	raw_close(fd);
	return id;
}

uint32_t bpffs_program_at(const char *path)
{
	return id_at(path, raw_prog_id);
}

uint32_t bpffs_map_at(const char *path)
{
	return id_at(path, raw_map_id);
}
