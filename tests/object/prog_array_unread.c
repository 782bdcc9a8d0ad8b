/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A new version takes the pin of a program array, which the kernel then empties, only if the old program
 * stays attached nowhere. If some cgroups cannot be listed, that is not known, and the change is refused.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/tap.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHER_USER = 1000 };

static const uint64_t readers = UINT64_C(1) << CAP_DAC_OVERRIDE |
				UINT64_C(1) << CAP_DAC_READ_SEARCH;

static struct map_fixture fixture;
static struct scratch shut;

static enum cgswap_status swap_here(void)
{
	struct map_fixture own = fixture;
	enum cgswap_status status;

	own.session = live_session();
	own.chain = live_chain(own.session, own.cgroup.path, "egress");
	status = map_fixture_swap(&own, "object/filled_v2", CGSWAP_MAPS_REUSE);
	cgswap_chain_unref(own.chain);
	cgswap_session_unref(own.session);
	return status;
}

static void without_readers(void)
{
	uint32_t before = map_fixture_program(&fixture);

	if (chown(shut.path, OTHER_USER, 0) || chmod(shut.path, 0700))
		bail_out("cannot change the owner: %s", strerror(errno));
	expect_refusal(swap_here(), CGSWAP_CAUSE_DENIED_BY_POLICY, NULL, "a cgroup cannot be listed");
	expect_message(shut.path);
	is_int(map_fixture_program(&fixture), before, "the old program is attached");
	if (chown(shut.path, 0, 0))
		bail_out("cannot change the owner: %s", strerror(errno));
	expect_ok(swap_here(), "as soon as it can be listed");
}

int main(void)
{
	need_live();
	bpffs_private();
	fixture = map_fixture_new("unread", "object/filled_v1");
	shut = scratch_new("shut");
	without_capabilities(readers, without_readers);
	map_fixture_free(&fixture);
	return done_testing();
}
