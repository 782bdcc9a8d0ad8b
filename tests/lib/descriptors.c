/* SPDX-License-Identifier: BSD-2-Clause */
#include "descriptors.h"

#include "tap.h"
#include "rawfd.h"

struct descriptors descriptors_now(void)
{
	struct descriptors now;

	raw_list_open(now.open, DESCRIPTORS_MAX);
	return now;
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
