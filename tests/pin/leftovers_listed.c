/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The temporary pins that killed processes left for programs and links of a chain are listed, by the
 * library and by the commands show and tree. Nothing is removed by that. A temporary pin in a locked
 * directory belongs to a process that lives, and those of other programs are not this chain's.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fixture fixture;

static size_t listed(void)
{
	if (cgswap_chain_read_leftovers(fixture.chain))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	return cgswap_chain_get_leftover_count(fixture.chain);
}

static bool has(const char *path)
{
	for (size_t i = 0; i < cgswap_chain_get_leftover_count(fixture.chain); i++)
		if (strcmp(cgswap_chain_get_leftover(fixture.chain, i), path) == 0)
			return true;
	return false;
}

static void leave(char path[128], int prog, const char *directory, char kind, uint32_t id)
{
	snprintf(path, 128, "%s/cgswap_%c%u_p1_firewall", directory, kind, id);
	if (raw_pin(prog, path))
		bail_out("cannot pin at %s", path);
}

static void named_by(const char *command, const char *path, const char *other)
{
	struct command result = cgswap_run(command, fixture.cgroup.path, NULL);

	is_int(result.status, 0, "cgswap %s", command);
	has_str(result.out, path, "names the leftover");
	ok(!strstr(result.out, other), "and not that of another chain");
	command_free(&result);
}

int main(void)
{
	char top[128], below[128], foreign[128], of_link[128];
	int other, link, lock;

	need_live();
	bpffs_private();
	fixture = fixture_new("leftovers", 2);
	other = prog_pass(EGRESS, "other");
	is_int(listed(), 0, "without any, none is listed");
	if (mkdir(BPFFS "/fw", 0700))
		bail_out("no directory");
	leave(top, fixture.progs[0], BPFFS, 'p', raw_prog_id(fixture.progs[0]));
	leave(below, fixture.progs[1], BPFFS "/fw", 'p', raw_prog_id(fixture.progs[1]));
	leave(foreign, other, BPFFS, 'p', raw_prog_id(other));
	is_int(listed(), 2, "two are the chain's");
	ok(has(top) && has(below), "at the top, and in a directory there");
	is_str(cgswap_chain_get_leftover(fixture.chain, 2), "", "past the end");
	named_by("show", top, foreign);
	named_by("tree", below, foreign);

	link = raw_link_create(fixture.cgroup.fd, other, EGRESS, 0);
	leave(of_link, link, BPFFS, 'l', raw_link_id(link));
	if (cgswap_chain_read(fixture.chain))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	is_int(listed(), 4, "a link's is listed, and that of a program which is now attached");
	ok(has(of_link) && has(foreign), "by their paths");

	lock = open(BPFFS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_EX))
		bail_out("the directory cannot be locked");
	is_int(listed(), 1, "while a process swaps a pin at the top");
	ok(has(below), "only the one elsewhere is listed");
	close(lock);
	is_int(access(top, F_OK) || access(below, F_OK) || access(of_link, F_OK), 0,
	       "all of them are still there");
	raw_close(link);
	raw_close(other);
	fixture_free(&fixture);
	return done_testing();
}
