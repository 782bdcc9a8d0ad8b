/* SPDX-License-Identifier: BSD-2-Clause */
#include "descriptors.h"

#include "tap.h"
#include "rawbpf.h"
#include "rawfd.h"

#include <string.h>

static bool is_probe(int fd)
{
	char name[16];

	return strcmp(raw_prog_name(fd, name), "cgswap_probe") == 0;
}

struct descriptors descriptors_now(void)
{
	struct descriptors now;

	raw_list_open(now.open, DESCRIPTORS_MAX);
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		if (now.open[fd] && is_probe(fd))
			now.open[fd] = false;
	return now;
}

unsigned descriptors_probes(void)
{
	bool open[DESCRIPTORS_MAX];
	unsigned count = 0;

	raw_list_open(open, DESCRIPTORS_MAX);
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		count += open[fd] && is_probe(fd);
	return count;
}

unsigned descriptors_count(void)
{
	struct descriptors now = descriptors_now();
	unsigned count = 0;

	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		count += now.open[fd];
	return count;
}

bool descriptors_same(const struct descriptors *before)
{
	struct descriptors now = descriptors_now();
	bool same = true;

	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++) {
		char text[256];

		if (now.open[fd] == before->open[fd])
			continue;
		same = false;
		raw_describe(fd, text, sizeof(text));
		if (now.open[fd])
			diag("descriptor %d was left open: %s", fd, text);
		else
			diag("descriptor %d was closed", fd);
	}
	return same;
}
