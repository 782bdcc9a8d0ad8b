/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recursive replace does not leave out cgroups that it cannot list: it is refused before anything
 * changes. If the commit finds such a place when it looks for cgroups that came later, also while it
 * follows, all steps are put back.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/tap.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHER_USER = 1000, CGROUPS = 4, FOLLOW_MS = 600000 };

static const uint64_t readers = UINT64_C(1) << CAP_DAC_OVERRIDE |
				UINT64_C(1) << CAP_DAC_READ_SEARCH;

/* top/a, top/shut, top/shut/inner, top/z hold the old program. */
static struct scratch top, cgroup[CGROUPS];
static int old, new;

/* A commit that closes top/shut after so many steps, and attaches to top at the second of them. */
struct closing {
	size_t after;
	bool with_late; /* attach the old program to top first, so that the first look finds it */
};

static void close_shut(bool shut)
{
	if (chown(cgroup[1].path, shut ? OTHER_USER : 0, 0) || chmod(cgroup[1].path, 0700))
		bail_out("cannot change the owner: %s", strerror(errno));
}

static size_t with(int program)
{
	size_t count = 0;

	for (int i = 0; i < CGROUPS; i++)
		count += chain_now(cgroup[i].fd, EGRESS).ids[0] == raw_prog_id(program);
	return count;
}

static cgswap_replace *transaction(cgswap_session *session)
{
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	return replace;
}

static enum cgswap_status add(cgswap_replace *replace)
{
	return cgswap_replace_add_recursive(replace, top.path, "egress", by_id(old), by_fd(new), NULL);
}

static void is_refused(enum cgswap_status status, const char *what)
{
	expect_refusal(status, CGSWAP_CAUSE_DENIED_BY_POLICY, NULL, "%s", what);
	expect_message(cgroup[1].path);
	expect_message("cannot be listed");
}

static void refused_by_add(cgswap_session *session)
{
	cgswap_replace *replace = transaction(session);

	close_shut(true);
	is_refused(add(replace), "a cgroup that cannot be listed");
	is_int(cgswap_replace_get_length(replace), 0, "no step was added");
	close_shut(false);
	expect_ok(add(replace), "as soon as it can be listed");
	is_int(cgswap_replace_get_length(replace), CGROUPS, "all steps are added");
	cgswap_replace_unref(replace);
}

static int close_during(const cgswap_event *event, void *user)
{
	struct closing *closing = user;

	if (cgswap_event_get_kind(event) != CGSWAP_EVENT_DONE)
		return 0;
	if (cgswap_event_get_done(event) == 2 && closing->with_late &&
	    raw_attach(top.fd, old, EGRESS, RAW_MULTI))
		bail_out("cannot attach: %s", strerror(errno));
	if (cgswap_event_get_done(event) == closing->after)
		close_shut(true);
	return 0;
}

static void refused_by_commit(cgswap_session *session, struct closing closing, int32_t follow_ms)
{
	const struct cgswap_commit_opts opts = {
		.sz = sizeof(opts),
		.event = close_during,
		.event_user = &closing,
		.follow_ms = follow_ms,
	};
	cgswap_replace *replace = transaction(session);

	expect_ok(add(replace), "all can be listed");
	is_refused(cgswap_replace_commit(replace, &opts), "one cannot at the second look");
	close_shut(false);
	is_int(with(old), CGROUPS, "all steps were put back");
	cgswap_replace_unref(replace);
	raw_detach(top.fd, old, EGRESS);
}

static void without_readers(void)
{
	cgswap_session *session = live_session();

	refused_by_add(session);
	refused_by_commit(session, (struct closing){ .after = 2 }, 0);
	diag("the place is found while the commit follows");
	refused_by_commit(session, (struct closing){ .after = CGROUPS + 1, .with_late = true },
			  FOLLOW_MS);
	cgswap_session_unref(session);
}

int main(void)
{
	need_live();
	top = scratch_new("unread");
	cgroup[0] = scratch_child(&top, "a");
	cgroup[1] = scratch_child(&top, "shut");
	cgroup[2] = scratch_child(&cgroup[1], "inner");
	cgroup[3] = scratch_child(&top, "z");
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	for (int i = 0; i < CGROUPS; i++)
		if (raw_attach(cgroup[i].fd, old, EGRESS, RAW_MULTI))
			bail_out("cannot attach: %s", strerror(errno));
	without_capabilities(readers, without_readers);
	return done_testing();
}
