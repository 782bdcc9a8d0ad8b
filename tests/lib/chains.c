/* SPDX-License-Identifier: BSD-2-Clause */
#include "chains.h"

#include "tap.h"
#include "rawfd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000 };

static struct raw_chain read_chain(int cgroup, uint32_t type, uint32_t query_flags)
{
	struct raw_chain chain;

	if (raw_query(cgroup, type, query_flags, &chain))
		bail_out("PROG_QUERY: %s", strerror(errno));
	return chain;
}

struct raw_chain chain_now(int cgroup, uint32_t type)
{
	return read_chain(cgroup, type, 0);
}

struct raw_chain effective_now(int cgroup, uint32_t type)
{
	return read_chain(cgroup, type, RAW_EFFECTIVE);
}

static void diag_chain(const char *label, const struct raw_chain *chain)
{
	char line[2048];
	size_t used = 0;

	line[0] = '\0';
	for (uint32_t i = 0; i < chain->count && used < sizeof(line) - 16; i++)
		used += snprintf(line + used, sizeof(line) - used, " %u", chain->ids[i]);
	diag("%8s:%s (flags %u, revision %llu)", label, line, chain->flags,
	     (unsigned long long)chain->revision);
}

bool chain_same(const struct raw_chain *got, const struct raw_chain *wanted)
{
	if (got->count == wanted->count &&
	    !memcmp(got->ids, wanted->ids, got->count * sizeof(*got->ids)))
		return true;
	diag_chain("got", got);
	diag_chain("wanted", wanted);
	return false;
}

bool chain_untouched(int cgroup, uint32_t type, const struct raw_chain *before, const char *name)
{
	struct raw_chain now = chain_now(cgroup, type);
	bool same = chain_same(&now, before);

	if (same && (now.revision != before->revision || now.flags != before->flags)) {
		diag_chain("got", &now);
		diag_chain("wanted", before);
		same = false;
	}
	return ok(same, "the chain is unchanged: %s", name);
}

void chain_close_link(int link, int cgroup, uint32_t type)
{
	uint32_t before = chain_now(cgroup, type).count;

	raw_close(link);
	for (int i = 0; chain_now(cgroup, type).count == before; i++) {
		if (i == PATIENCE_MS)
			bail_out("the entry of a closed link is still attached");
		usleep(1000);
	}
}

static bool holds(struct raw_chain got, const int *progs, size_t count, const char *name)
{
	struct raw_chain wanted = { .count = count };

	for (size_t i = 0; i < count; i++)
		wanted.ids[i] = raw_prog_id(progs[i]);
	return ok(chain_same(&got, &wanted), "%s", name);
}

bool chain_is(int cgroup, uint32_t type, const int *progs, size_t count, const char *name)
{
	return holds(chain_now(cgroup, type), progs, count, name);
}

bool effective_is(int cgroup, uint32_t type, const int *progs, size_t count, const char *name)
{
	return holds(effective_now(cgroup, type), progs, count, name);
}
