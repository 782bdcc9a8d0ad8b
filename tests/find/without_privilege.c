/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find without a privilege has all that it could read, and says which list lacks what, and why.
 * Only a selector that needs the privilege is refused.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <string.h>

static struct fixture fixture;
static cgswap_find *find;

static bool lacks(const char *list, const char *reason)
{
	for (size_t i = 0; i < cgswap_find_get_unread_count(find); i++)
		if (!strcmp(cgswap_find_get_unread_list(find, i), list) &&
		    strstr(cgswap_find_get_unread_reason(find, i), reason))
			return true;
	for (size_t i = 0; i < cgswap_find_get_unread_count(find); i++)
		diag("%s: %s", cgswap_find_get_unread_list(find, i), cgswap_find_get_unread_reason(find, i));
	return false;
}

/* CAP_NET_ADMIN alone reads chains, but opens nothing by its id. */
static void only_net_admin(void)
{
	cgswap_session *session = live_session();

	expect_ok(cgswap_find_open(&find, session, by_id(fixture.progs[0]),
				   CGSWAP_FIND_ENTRIES | CGSWAP_FIND_LINKS),
		  "without CAP_SYS_ADMIN");
	is_int(cgswap_find_get_entry_count(find), 1, "the entry is found by its id");
	is_str(cgswap_find_get_entry_cgroup(find, 0), fixture.cgroup.path, "the cgroup");
	is_str(cgswap_find_get_program_name(find, 0), "", "its name cannot be read");
	ok(lacks("programs", "CAP_SYS_ADMIN"), "that is said");
	ok(lacks("links", "CAP_SYS_ADMIN"), "so it is of links");
	cgswap_find_unref(find);
	EXPECT_CAUSE(cgswap_find_open(&find, session, "name:p0", CGSWAP_FIND_ENTRIES), MISSING_CAP_SYS_ADMIN,
		     "names cannot be compared");
	cgswap_session_unref(session);
}

static void nothing(void)
{
	cgswap_session *session = live_session();

	expect_ok(cgswap_find_open(&find, session, by_id(fixture.progs[0]),
				   CGSWAP_FIND_ENTRIES | CGSWAP_FIND_LINKS),
		  "without any capability");
	is_int(cgswap_find_get_entry_count(find), 0, "no entry is found");
	ok(lacks("entries", "CAP_NET_ADMIN"), "that is said");
	ok(lacks("links", "CAP_SYS_ADMIN"), "and that no link is");
	cgswap_find_unref(find);
	cgswap_session_unref(session);
}

int main(void)
{
	need_live();
	fixture = fixture_new("find-poor", 1);
	without_capabilities(1ULL << CAP_SYS_ADMIN, only_net_admin);
	without_capabilities(1ULL << CAP_SYS_ADMIN | 1ULL << CAP_NET_ADMIN | 1ULL << CAP_BPF | 1ULL << CAP_PERFMON,
			     nothing);
	fixture_free(&fixture);
	return done_testing();
}
