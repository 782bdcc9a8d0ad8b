/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_marks.h"

#include "tap.h"
#include "programs.h"
#include "rawbpf.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct marks marks_new(uint32_t most)
{
	struct marks marks = { .most = most };

	marks.seen = raw_array_create(most);
	marks.runs = raw_array_create(2);
	if (marks.seen < 0 || marks.runs < 0)
		bail_out("no map: %s", strerror(errno));
	marks.progs[0] = prog_mark(marks.seen, marks.runs, 0, "version_one");
	marks.progs[1] = prog_mark(marks.seen, marks.runs, 1, "version_two");
	return marks;
}

struct marks_result marks_count(const struct marks *marks, uint32_t sent)
{
	struct marks_result result = { .unseen = 0 };

	for (uint32_t number = 0; number < sent; number++) {
		uint64_t seen = 0;

		if (raw_map_lookup(marks->seen, number, &seen))
			bail_out("cannot read the map: %s", strerror(errno));
		result.unseen += seen == 0;
		result.doubled += seen > 1;
	}
	for (uint32_t version = 0; version < 2; version++)
		raw_map_lookup(marks->runs, version, &result.by[version]);
	return result;
}

void marks_free(struct marks *marks)
{
	close(marks->progs[0]);
	close(marks->progs[1]);
	close(marks->seen);
	close(marks->runs);
}
