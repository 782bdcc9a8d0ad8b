/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find is a handle: it does not change after it was opened, is closed with its session, and gives
 * nothing once it is closed.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

static void gives_nothing(const cgswap_find *find, const char *name)
{
	is_int(cgswap_find_get_program_count(find), 0, "%s: no program", name);
	is_int(cgswap_find_get_entry_count(find), 0, "no entry");
	is_int(cgswap_find_get_unread_count(find), 0, "no reason");
	is_str(cgswap_find_get_program_name(find, 0), "", "no name");
	is_int(cgswap_find_get_program_id(find, 0), 0, "no id");
}

int main(void)
{
	struct fixture fixture;
	cgswap_session *session;
	cgswap_find *find;

	need_live();
	fixture = fixture_new("find-handle", 1);
	session = live_session();
	expect_ok(cgswap_find_open(&find, session, by_id(fixture.progs[0]), CGSWAP_FIND_ENTRIES), "find");
	raw_detach(fixture.cgroup.fd, fixture.progs[0], EGRESS);
	is_int(cgswap_find_get_entry_count(find), 1, "it does not change");
	ok(cgswap_find_ref(find) == find, "a reference");
	cgswap_find_unref(find);
	expect_ok(cgswap_find_close(find), "closed");
	expect_ok(cgswap_find_close(find), "closed again");
	gives_nothing(find, "closed");
	cgswap_find_unref(find);
	expect_ok(cgswap_find_open(&find, session, by_id(fixture.progs[0]), CGSWAP_FIND_ENTRIES), "find");
	expect_ok(cgswap_session_close(session), "the session is closed");
	gives_nothing(find, "with its session");
	cgswap_find_unref(find);
	cgswap_session_unref(session);
	gives_nothing(NULL, "NULL");
	EXPECT_CAUSE(cgswap_find_open(NULL, fixture.session, "x", 0), BAD_ARGUMENT, "no place for it");
	EXPECT_CAUSE(cgswap_find_open(&find, fixture.session, NULL, 0), BAD_ARGUMENT, "no selector");
	EXPECT_CAUSE(cgswap_find_close(NULL), BAD_ARGUMENT, "closing NULL");
	fixture_free(&fixture);
	return done_testing();
}
