/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A path that is too long for a system call is a path like any other: tree and find list its cgroup,
 * show, attach and replace reach it, and a descriptor of the cgroup leads to the path. One that does
 * not exist is cgroup_not_found.
 */
#include "../lib/attach_types.h"
#include "../lib/command.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_LENGTH = 200, LEVELS = 2 * PATH_MAX / NAME_LENGTH + 2 };

static char name[NAME_LENGTH + 1];
static char path[3 * PATH_MAX]; /* that of the last one */
static int fds[LEVELS + 1];
static struct scratch top;

/* Makes cgroups in each other until open(2) takes their path in no two parts. */
static void make_deep(void)
{
	size_t length = strlen(top.path);

	memset(name, 'd', NAME_LENGTH);
	memcpy(path, top.path, length + 1);
	fds[0] = top.fd;
	for (int i = 0; i < LEVELS; i++) {
		fds[i + 1] = mkdirat(fds[i], name, 0755) ? -1
				     : openat(fds[i], name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fds[i + 1] < 0)
			bail_out("no cgroup %d levels deep: %s", i, strerror(errno));
		length += (size_t)sprintf(path + length, "/%s", name);
	}
}

static void remove_deep(void)
{
	for (int i = LEVELS; i > 0; i--) {
		raw_close(fds[i]);
		unlinkat(fds[i - 1], name, AT_REMOVEDIR);
	}
}

/* Its parts but the last, which does not exist. */
static void missing(cgswap_session *session)
{
	char *longer = malloc(sizeof(path) + sizeof("/cgroup.procs/below"));
	cgswap_chain *chain;

	sprintf(longer, "%s/missing/below", path);
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, longer, "egress"), CGROUP_NOT_FOUND,
		     "a cgroup below it that does not exist");
	sprintf(longer, "%s/cgroup.procs/below", path);
	EXPECT_CAUSE(cgswap_chain_open(&chain, session, longer, "egress"), CGROUP_NOT_FOUND,
		     "a path through a file of it");
	is_int(cgswap_error_get_errno(cgswap_last_error()), ENOTDIR, "the errno is ENOTDIR");
	free(longer);
}

static void by_library(int old, int new)
{
	cgswap_session *session = live_session();
	cgswap_program *program = live_program(session, new);
	cgswap_chain *chain;

	expect_ok(cgswap_chain_open(&chain, session, path, "egress"), "its chain by its path");
	is_str(cgswap_chain_get_cgroup(chain), path, "the path");
	expect_ok(swap(session, chain, by_fd(old), program), "a replace in it");
	cgswap_chain_unref(chain);
	expect_ok(cgswap_chain_open(&chain, session, by_fd(fds[LEVELS]), "egress"),
		  "its chain by a descriptor");
	is_str(cgswap_chain_get_cgroup(chain), path, "the path is found");
	expect_ok(cgswap_chain_detach(chain, by_fd(new), NULL), "a detach in it");
	cgswap_chain_unref(chain);
	missing(session);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
}

static const char *last_cgroup(json_t *list)
{
	json_t *last = json_array_get(list, json_array_size(list) - 1);

	return json_string_value(json_object_get(last, "cgroup"));
}

static void by_command(int prog)
{
	struct command command = cgswap_run("tree", top.path, "--json", NULL);
	json_t *json = command_json(&command);

	is_int(command.status, 0, "tree");
	is_str(last_cgroup(json_object_get(json, "cgroups")), path, "it lists the cgroup");
	json_decref(json);
	command_free(&command);

	command = cgswap_run("show", path, "egress", "--json", NULL);
	json = command_json(&command);
	is_int(command.status, 0, "show");
	is_str(json_string_value(json_object_get(json, "cgroup")), path, "it shows the cgroup");
	json_decref(json);
	command_free(&command);

	command = cgswap_run("find", by_id(prog), "--json", NULL);
	json = command_json(&command);
	/* the processes of other users may be hidden */
	ok(!strstr(command.err, "ENAMETOOLONG"), "find");
	is_str(last_cgroup(json_object_get(json, "entries")), path, "it finds the entry");
	json_decref(json);
	command_free(&command);
}

int main(void)
{
	int old, new;

	need_live();
	top = scratch_new("deep");
	make_deep();
	old = prog_pass(EGRESS, "in_deep");
	new = prog_pass(EGRESS, "new_in_deep");
	if (raw_attach(fds[LEVELS], old, EGRESS, RAW_MULTI))
		bail_out("cannot attach: %s", strerror(errno));
	by_command(old);
	by_library(old, new);
	remove_deep();
	return done_testing();
}
