/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The remains of a killed process are listed, and removed on request: a temporary pin of a swap that is
 * completed or undone as the attached program says, and a scratch cgroup. What a live process has
 * locked is not listed. The leftovers are those of processes that ended by kill -9.
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
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture fixture;

/* A process that has locked a directory, and is in the middle of its work. */
struct maker {
	pid_t pid;
	char directory[600];
};

static struct maker maker_start(const char *directory)
{
	struct maker maker;
	int ready[2], fd;
	char byte;

	snprintf(maker.directory, sizeof(maker.directory), "%s", directory);
	if (pipe(ready))
		bail_out("no pipe");
	maker.pid = fork();
	if (maker.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || flock(fd, LOCK_EX) || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (maker.pid < 0 || read(ready[0], &byte, 1) != 1)
		bail_out("'%s' cannot be locked", directory);
	close(ready[0]);
	return maker;
}

static void maker_kill(struct maker *maker)
{
	kill(maker->pid, SIGKILL);
	waitpid(maker->pid, NULL, 0);
}

/* The leftover with this path; SIZE_MAX: it is not listed. Those of other tests are not looked at. */
static size_t index_of(const cgswap_clean *clean, const char *path)
{
	for (size_t i = 0; i < cgswap_clean_get_count(clean); i++)
		if (!strcmp(cgswap_clean_get_path(clean, i), path))
			return i;
	return SIZE_MAX;
}

static cgswap_clean *look(void)
{
	cgswap_clean *clean = NULL;

	expect_ok(cgswap_clean_open(&clean, fixture.session), "look for leftovers");
	return clean;
}

static bool is_listed(const char *path)
{
	cgswap_clean *clean = look();
	bool listed = index_of(clean, path) != SIZE_MAX;

	cgswap_clean_unref(clean);
	return listed;
}

/* A swap of the pin "web" that was interrupted: `at` is there, and `temp` in the temporary pin. */
static const char *leave_swap(const char *directory, int new, int old, int at, int temp)
{
	static char path[256];
	char pin[200];

	snprintf(pin, sizeof(pin), "%s/web", directory);
	snprintf(path, sizeof(path), "%s/cgswap_p%u_p%u_web", directory, raw_prog_id(new), raw_prog_id(old));
	if (mkdir(directory, 0700) || raw_pin(at, pin) || raw_pin(temp, path))
		bail_out("cannot pin in %s", directory);
	return path;
}

/* The command, which other tests do not run, since it clears up for all of them. */
static void by_command(const char *temp)
{
	struct command command = cgswap_run("clean", "--dry-run", NULL);
	json_t *json, *one = NULL;
	size_t i;

	has_str(command.out, temp, "clean --dry-run lists it");
	ok(bpffs_program_at(temp) > 0, "and changes nothing");
	command_free(&command);
	command = cgswap_run("show", fixture.cgroup.path, NULL);
	has_str(command.out, temp, "show names it");
	has_str(command.out, "cgswap clean", "with the command that clears it");
	command_free(&command);
	command = cgswap_run("features", NULL);
	has_str(command.out, temp, "so does features");
	command_free(&command);
	command = cgswap_run("clean", "--json", NULL);
	json = command_json(&command);
	is_int(bpffs_program_at(temp), 0, "clean removes it");
	json_array_foreach(json_object_get(json, "leftovers"), i, one)
		if (!strcmp(json_string_value(json_object_get(one, "path")), temp))
			break;
	ok(json_is_true(json_object_get(one, "removed")), "and says so");
	is_str(json_string_value(json_object_get(one, "kind")), "pin", "with its kind");
	json_decref(json);
	command_free(&command);
	command = cgswap_run("clean", NULL);
	ok(!strstr(command.out, temp), "nothing is left of it");
	command_free(&command);
}

static void by_library(const char *temp, uint32_t new)
{
	cgswap_clean *clean = look();
	size_t i = index_of(clean, temp);

	if (ok(i != SIZE_MAX, "then it is")) {
		is_str(cgswap_clean_get_kind(clean, i), "pin", "a pin");
		is_str(cgswap_clean_get_reason(clean, i), "", "it can be removed");
		ok(!cgswap_clean_get_removed(clean, i), "it is not removed yet");
		is_int(bpffs_program_at(temp), new, "nor changed");
	}
	expect_ok(cgswap_clean_remove(clean), "remove");
	ok(i != SIZE_MAX && cgswap_clean_get_removed(clean, i), "it is removed");
	is_int(bpffs_program_at(temp), 0, "the temporary pin is gone");
	cgswap_clean_unref(clean);
}

static void check_swap(const char *directory, int new, int old, int wanted, const char *name)
{
	const char *temp = leave_swap(directory, new, old, old, new);
	struct maker maker = maker_start(directory);
	char pin[200];

	snprintf(pin, sizeof(pin), "%s/web", directory);
	ok(!is_listed(temp), "%s: while its process lives it is not listed", name);
	maker_kill(&maker);
	if (wanted == new)
		by_library(temp, raw_prog_id(new));
	else
		by_command(temp);
	is_int(bpffs_program_at(pin), raw_prog_id(wanted), "the pin is that of the attached program");
}

/* Neither program is attached, so that the pin which is to stay is unknown. */
static void check_unknown(int new, int old)
{
	const char *temp = leave_swap(BPFFS "/unknown", new, old, old, new);
	cgswap_clean *clean = look();
	size_t i = index_of(clean, temp);

	ok(i != SIZE_MAX && *cgswap_clean_get_reason(clean, i), "a leftover that must stay has a reason");
	expect_ok(cgswap_clean_remove(clean), "remove");
	ok(i != SIZE_MAX && !cgswap_clean_get_removed(clean, i), "it is not removed");
	is_int(bpffs_program_at(temp), raw_prog_id(new), "it stays");
	cgswap_clean_unref(clean);
	raw_unpin(temp);
}

static void check_cgroup(void)
{
	struct scratch left = scratch_child(&fixture.cgroup, "cgswap-scratch-7");
	struct scratch other = scratch_child(&fixture.cgroup, "cgswap-scratch-x");
	struct maker maker = maker_start(left.path);
	struct command tree;
	cgswap_clean *clean;
	size_t i;

	ok(!is_listed(left.path), "a scratch cgroup in use is not listed");
	maker_kill(&maker);
	clean = look();
	i = index_of(clean, left.path);
	ok(i != SIZE_MAX, "that of a dead process is");
	is_str(cgswap_clean_get_kind(clean, i), "cgroup", "a cgroup");
	ok(index_of(clean, other.path) == SIZE_MAX, "a cgroup with another name is not");
	is_int(access(left.path, F_OK), 0, "nothing was removed");
	tree = cgswap_run("tree", fixture.cgroup.path, NULL);
	has_str(tree.out, left.path, "tree names it");
	ok(!strstr(tree.out, other.path), "but not the other");
	command_free(&tree);
	expect_ok(cgswap_clean_remove(clean), "remove");
	ok(cgswap_clean_get_removed(clean, i), "it is removed");
	ok(access(left.path, F_OK), "it is gone");
	is_int(access(other.path, F_OK), 0, "the other cgroup is there");
	cgswap_clean_unref(clean);
	close(left.fd);
	scratch_remove(&other);
}

int main(void)
{
	int lone, lone_too;

	need_live();
	bpffs_private();
	fixture = fixture_new("clean", 1);
	/* p0 is attached, spare is not */
	check_swap(BPFFS "/done", fixture.progs[0], fixture.spare, fixture.progs[0], "the new program is attached");
	check_swap(BPFFS "/undone", fixture.spare, fixture.progs[0], fixture.progs[0], "the old one is");
	lone = prog_pass(EGRESS, "lone");
	lone_too = prog_pass(EGRESS, "lone_too");
	check_unknown(lone, lone_too);
	check_cgroup();
	raw_close(lone);
	raw_close(lone_too);
	fixture_free(&fixture);
	return done_testing();
}
