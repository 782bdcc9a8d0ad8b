/* SPDX-License-Identifier: BSD-2-Clause */
/* Without /proc a find has entries, links, and the pins of the session's bpffs, and says what lacks. */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <string.h>
#include <sys/mount.h>

static cgswap_find *find;

static size_t count_unread(const char *list)
{
	size_t count = 0;

	for (size_t i = 0; i < cgswap_find_get_unread_count(find); i++)
		count += !strcmp(cgswap_find_get_unread_list(find, i), list);
	return count;
}

int main(void)
{
	struct fixture fixture;

	need_live();
	bpffs_private();
	fixture = fixture_new("find-proc", 1);
	if (mount("none", "/proc", "tmpfs", 0, NULL))
		skip_all("a mount over /proc is refused");
	expect_ok(cgswap_find_open(&find, fixture.session, by_id(fixture.progs[0]), CGSWAP_FIND_ALL), "find");
	is_int(cgswap_find_get_entry_count(find), 1, "the entry is found");
	is_int(cgswap_find_get_process_count(find), 0, "no process is");
	is_int(count_unread("processes"), 1, "that is said");
	is_int(count_unread("pins"), 1, "and that other mounts are unknown");
	is_int(count_unread("entries") + count_unread("links"), 0, "nothing else lacks");
	umount("/proc");
	cgswap_find_unref(find);
	expect_ok(cgswap_find_open(&find, fixture.session, by_id(fixture.progs[0]), CGSWAP_FIND_PINS), "again");
	is_int(count_unread("pins"), 0, "with /proc all are known");
	cgswap_find_unref(find);
	fixture_free(&fixture);
	return done_testing();
}
