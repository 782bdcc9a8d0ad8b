/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find looks in every bpffs that is mounted, at any depth, once each: not again where a bpffs or a
 * directory of it is mounted a second time. A bpffs that another mount hides makes it incomplete.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fixture fixture;
static cgswap_find *find;

static size_t pins(void)
{
	cgswap_find_unref(find);
	expect_ok(cgswap_find_open(&find, fixture.session, by_id(fixture.spare), CGSWAP_FIND_PINS), "find");
	return cgswap_find_get_pin_count(find);
}

static void directory(const char *path)
{
	if (mkdir(path, 0700))
		bail_out("cannot make %s", path);
}

static void pin_at(const char *path)
{
	if (raw_pin(fixture.spare, path))
		bail_out("cannot pin at %s", path);
}

static void mount_on(const char *source, const char *path, const char *type, unsigned long flags)
{
	if (mount(source, path, type, flags, NULL))
		bail_out("cannot mount %s", path);
}

int main(void)
{
	need_live();
	bpffs_private();
	fixture = fixture_new("find-bpffs", 0);
	mount_on("tmp", "/mnt", "tmpfs", 0);
	directory("/mnt/second bpffs");
	directory("/mnt/bound");
	directory("/mnt/whole");
	directory(BPFFS "/a");
	directory(BPFFS "/a/b");
	directory(BPFFS "/a/mounted");
	pin_at(BPFFS "/a/b/deep");
	pin_at(BPFFS "/top");
	if (symlink(BPFFS "/top", BPFFS "/link_to_pin") || symlink(BPFFS "/a", BPFFS "/a/loop"))
		diag("this bpffs has no symbolic links");
	mount_on("bpf", "/mnt/second bpffs", "bpf", 0);
	pin_at("/mnt/second bpffs/own");
	is_int(pins(), 3, "a pin of each bpffs, and one in a directory");
	is_str(cgswap_find_get_pin_path(find, 0), "/mnt/second bpffs/own", "a mount with a blank in its path");
	is_str(cgswap_find_get_pin_path(find, 1), BPFFS "/a/b/deep", "a directory in a directory");
	is_str(cgswap_find_get_pin_path(find, 2), BPFFS "/top", "the top");
	is_int(cgswap_find_get_unread_count(find), 0, "all of them were read");

	mount_on(BPFFS "/a", "/mnt/bound", NULL, MS_BIND);
	mount_on(BPFFS, "/mnt/whole", NULL, MS_BIND);
	is_int(pins(), 3, "a second mount of the same pins adds none");
	mount_on("bpf", BPFFS "/a/mounted", "bpf", 0);
	pin_at(BPFFS "/a/mounted/inner");
	is_int(pins(), 4, "a bpffs that is mounted in a bpffs is read once");
	is_str(cgswap_find_get_pin_path(find, 2), BPFFS "/a/mounted/inner", "its pin");
	is_int(cgswap_find_get_unread_count(find), 0, "all of them were read");

	mount_on("tmp", "/mnt/second bpffs", "tmpfs", 0);
	is_int(pins(), 3, "a bpffs below another mount is not read");
	is_int(cgswap_find_get_unread_count(find), 1, "that is said");
	is_str(cgswap_find_get_unread_list(find, 0), "pins", "of the pins");
	has_str(cgswap_find_get_unread_reason(find, 0), "/mnt/second bpffs", "with its path");
	cgswap_find_unref(find);
	fixture_free(&fixture);
	return done_testing();
}
