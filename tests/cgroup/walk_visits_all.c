/* SPDX-License-Identifier: BSD-2-Clause */
/* A walk visits a cgroup before those below it, siblings by name, and stops if the callback asks.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

struct diary {
	const char *base;
	char text[512];
	const char *leave_at;
	cgswap_session *session;
	struct scratch *vanishes;
};

static int visit(const char *cgroup, void *user)
{
	struct diary *diary = user;
	size_t used = strlen(diary->text);
	cgswap_chain *chain;

	if (strncmp(cgroup, diary->base, strlen(diary->base)))
		return 1;
	snprintf(diary->text + used, sizeof(diary->text) - used, "%s ",
		 cgroup + strlen(diary->base));
	/* the callback may use objects of the session */
	if (cgswap_chain_open(&chain, diary->session, cgroup, "egress"))
		return 1;
	cgswap_chain_unref(chain);
	if (diary->vanishes && strstr(cgroup, "/b")) {
		scratch_remove(diary->vanishes);
		diary->vanishes = NULL;
	}
	return diary->leave_at && strstr(cgroup, diary->leave_at);
}

static int count_visit(const char *cgroup, void *user)
{
	(void)cgroup;
	++*(int *)user;
	return 0;
}

int main(void)
{
	struct diary diary = { .text = "" };
	struct scratch top, b, c;
	struct descriptors open;
	int count = 0;

	need_live();
	diary.session = live_session();
	top = scratch_new("walk");
	diary.base = top.path;
	c = scratch_child(&top, "c");
	b = scratch_child(&top, "b");
	scratch_child(&top, "a");
	scratch_child(&b, "b2");
	scratch_child(&b, "b1");

	open = descriptors_now();
	expect_ok(cgswap_session_walk(diary.session, top.path, visit, &diary), "a walk of a tree");
	is_str(diary.text, " /a /b /b/b1 /b/b2 /c ", "parents first, siblings by name");
	ok(descriptors_same(&open), "no descriptor stays open");

	diary.text[0] = '\0';
	diary.leave_at = "/b1";
	EXPECT_CAUSE(cgswap_session_walk(diary.session, top.path, visit, &diary), CANCELLED,
		     "the callback ends the walk");
	is_str(diary.text, " /a /b /b/b1 ", "no further cgroup is visited");

	diary.text[0] = '\0';
	diary.leave_at = NULL;
	diary.vanishes = &c;
	expect_ok(cgswap_session_walk(diary.session, top.path, visit, &diary),
		  "a cgroup is removed during the walk");
	is_str(diary.text, " /a /b /b/b1 /b/b2 ", "the removed cgroup is skipped");

	EXPECT_CAUSE(cgswap_session_walk(diary.session, c.path, visit, &diary), CGROUP_NOT_FOUND,
		     "a walk of a missing cgroup");
	EXPECT_CAUSE(cgswap_session_walk(diary.session, top.path, NULL, NULL), BAD_ARGUMENT,
		     "a walk without a callback");
	expect_ok(cgswap_session_walk(diary.session, NULL, count_visit, &count),
		  "a walk of the whole tree");
	ok(count >= 6, "it visits at least the cgroups of this test");
	diag("%d cgroups", count);
	cgswap_session_unref(diary.session);
	return done_testing();
}
