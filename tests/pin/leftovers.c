/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process that swaps a pin clears up the temporary pins that killed processes left in its directory:
 * another process's pin goes back, one that is done with goes, and one that may be the only pin of an
 * attached program stays. Other names are left alone. While another process holds the lock of the
 * directory, nothing is swapped.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define PIN BPFFS "/firewall"

static struct fixture fixture;
static unsigned lines;

static void count_line(int level, const char *line, void *user)
{
	(void)user;
	lines += level == CGSWAP_LOG_WARNING && strstr(line, "was killed") != NULL;
}

/* The path of a temporary pin that has new for a name in place of old. */
static const char *leftover(int new, int old, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), BPFFS "/cgswap_p%u_p%u_%s", raw_prog_id(new), raw_prog_id(old),
		 name);
	return path;
}

static void pin(int prog, const char *path)
{
	if (raw_pin(prog, path))
		bail_out("cannot pin at %s", path);
}

/* Replaces the second program with its pin, and puts it back. */
static enum cgswap_status swap_pin(void)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = PIN };
	enum cgswap_status status;
	cgswap_replace *replace;

	lines = 0;
	cgswap_replace_new(&replace, fixture.session, NULL);
	status = cgswap_replace_add(replace, fixture.chain, by_id(fixture.progs[1]),
				    fixture.program, &opts);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	if (!status)
		status = cgswap_replace_rollback(replace);
	cgswap_replace_unref(replace);
	return status;
}

/* new, old and foreign are programs that someone may have swapped at another path, "web". */
static void other_path(void)
{
	static const char web[] = BPFFS "/web";
	int new = fixture.progs[0], old = fixture.progs[2], foreign = fixture.spare;

	pin(new, web);
	pin(old, leftover(new, old, "web"));
	expect_ok(swap_pin(), "the old program's pin is left");
	is_int(bpffs_program_at(leftover(new, old, "web")), 0, "it is removed");
	is_int(bpffs_program_at(web), raw_prog_id(new), "the new one's stays");
	is_int(lines, 1, "the log says so");

	pin(foreign, leftover(new, old, "web"));
	expect_ok(swap_pin(), "another process's pin is left");
	is_int(bpffs_program_at(leftover(new, old, "web")), 0, "it is gone");
	is_int(bpffs_program_at(web), raw_prog_id(foreign), "and back where it was");
	is_int(lines, 1, "the log says so");
	raw_unpin(web);

	pin(foreign, leftover(new, old, "web"));
	expect_ok(swap_pin(), "another process's pin is left, and the path is free");
	is_int(bpffs_program_at(web), raw_prog_id(foreign), "it is back");
	raw_unpin(web);

	pin(old, web);
	pin(new, leftover(new, old, "web"));
	expect_ok(swap_pin(), "a swap that was not done is left");
	is_int(bpffs_program_at(leftover(new, old, "web")), raw_prog_id(new), "it stays: it may be attached");
	is_int(bpffs_program_at(web), raw_prog_id(old), "and the pin too");
	is_int(lines, 0, "there is nothing to say");
	raw_unpin(leftover(new, old, "web"));
	raw_unpin(web);
}

static void other_names(void)
{
	static const char *const names[] = { BPFFS "/cgswap_mine", BPFFS "/cgswap_p1_mine",
					     BPFFS "/cgswap_12_3" };

	for (int i = 0; i < 3; i++)
		pin(fixture.progs[0], names[i]);
	expect_ok(swap_pin(), "names that begin alike");
	for (int i = 0; i < 3; i++) {
		is_int(bpffs_program_at(names[i]), raw_prog_id(fixture.progs[0]), "%s stays", names[i]);
		raw_unpin(names[i]);
	}
}

static void locked(void)
{
	struct raw_chain before = fixture_chain(&fixture);
	int fd = open(BPFFS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX))
		bail_out("the directory cannot be locked");
	EXPECT_CAUSE(swap_pin(), PIN_FAILED, "while the directory is locked");
	fixture_untouched(&fixture, &before, "while it is locked");
	is_int(bpffs_program_at(PIN), raw_prog_id(fixture.progs[1]), "nor is the pin");
	close(fd);
	expect_ok(swap_pin(), "once it is not");
}

int main(void)
{
	need_live();
	bpffs_private();
	fixture = fixture_new("leftovers", 3);
	cgswap_session_set_log(fixture.session, count_line, NULL, NULL);
	bpffs_pin(fixture.progs[1], "firewall");
	other_path();
	other_names();
	locked();
	fixture_free(&fixture);
	return done_testing();
}
