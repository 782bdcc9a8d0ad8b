/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A walk that runs out of descriptors fails, also if the callback uses them up: it never skips an
 * existing cgroup and returns success.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BELOW = 8, ALL = 1 + 2 * BELOW };

struct visits {
	cgswap_session *session;
	cgswap_chain *kept[ALL];
	size_t count;
	bool keeps;
};

static int visit(const char *cgroup, void *user)
{
	struct visits *visits = user;
	cgswap_chain *chain = NULL;

	/* a failure to open is the callback's own: it goes on */
	if (visits->keeps && cgswap_chain_open(&chain, visits->session, cgroup, "egress") == 0)
		visits->kept[visits->count] = chain;
	visits->count++;
	return 0;
}

/* Walks with a limit of `left` more descriptors. */
static enum cgswap_status walk(struct visits *visits, const char *top, unsigned left)
{
	struct rlimit usual, low;
	enum cgswap_status status;
	int highest = dup(STDOUT_FILENO);

	visits->count = 0;
	memset(visits->kept, 0, sizeof(visits->kept));
	getrlimit(RLIMIT_NOFILE, &usual);
	low = usual;
	low.rlim_cur = (rlim_t)highest + left;
	close(highest);
	setrlimit(RLIMIT_NOFILE, &low);
	status = cgswap_session_walk(visits->session, top, visit, visits);
	setrlimit(RLIMIT_NOFILE, &usual);
	for (size_t i = 0; i < ALL; i++)
		cgswap_chain_unref(visits->kept[i]);
	return status;
}

static void starve(struct visits *visits, const char *top, unsigned most)
{
	unsigned refused = 0;

	for (unsigned left = 0; left <= most; left++) {
		struct descriptors before = descriptors_now();
		enum cgswap_status status = walk(visits, top, left);
		enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

		refused += status != CGSWAP_OK;
		if (status)
			is_int(cause, CGSWAP_CAUSE_TOO_MANY_FILES,
			       "with %u descriptors left the walk fails", left);
		else
			is_int(visits->count, ALL,
			       "with %u descriptors left the walk visits all cgroups", left);
		ok(descriptors_same(&before), "no descriptor is left open");
	}
	ok(refused > 0 && refused <= most, "%u of %u walks failed", refused, most + 1);
}

int main(void)
{
	struct visits visits = { 0 };
	struct scratch top;

	need_live();
	visits.session = live_session();
	top = scratch_new("walk-all");
	for (unsigned i = 0; i < BELOW; i++) {
		struct scratch child;
		char name[8];

		snprintf(name, sizeof(name), "%u", i);
		child = scratch_child(&top, name);
		scratch_child(&child, "below");
	}
	expect_ok(walk(&visits, top.path, 100), "a walk with enough descriptors");
	is_int(visits.count, ALL, "it visits all cgroups");
	starve(&visits, top.path, 6);
	visits.keeps = true;
	starve(&visits, top.path, ALL + 6);
	cgswap_session_unref(visits.session);
	return done_testing();
}
