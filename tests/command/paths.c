/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `.`, `..`, `./x` and `../x` are cgroups below the working directory, and other relative paths are
 * below the cgroup2 mount. A path that names one cgroup below each is refused.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int prog;

static void go_to(const char *path)
{
	if (chdir(path))
		bail_out("cannot change to %s", path);
}

static void attaches(const char *word, const struct scratch *cgroup)
{
	struct command command = cgswap_run("attach", word, "egress", by_id(prog), NULL);

	if (!is_int(command.status, 0, "attach %s", word))
		diag("%s", command.err);
	chain_is(cgroup->fd, EGRESS, &prog, 1, "it is attached to the right cgroup");
	command_free(&command);
	command = cgswap_run("detach", word, "egress", by_id(prog), NULL);
	is_int(command.status, 0, "detach %s", word);
	chain_is(cgroup->fd, EGRESS, NULL, 0, "it is detached");
	command_free(&command);
}

/* No matter how it was named, a cgroup is shown by its path. */
static void shows(const char *word, const struct scratch *cgroup)
{
	struct command command = cgswap_run("show", word, NULL);
	char wanted[600];

	snprintf(wanted, sizeof(wanted), "%s\nno program is attached\n", cgroup->path);
	is_str(command.out, wanted, "show %s", word);
	command_free(&command);
}

static void refuses(int status, const char *word, const char *message, const char *hint)
{
	struct command command = cgswap_run("show", word, "egress", NULL);

	is_int(command.status, status, "show %s is refused", word);
	has_str(command.err, message, "the message");
	has_str(command.err, hint, "the hint");
	command_free(&command);
}

static void check_working_directory(const struct scratch *parent, const struct scratch *child)
{
	struct scratch gone = scratch_child(parent, "gone");

	go_to(child->path);
	attaches(".", child);
	attaches("..", parent);
	attaches("../inner", child);
	shows("..", parent);
	shows("../inner/.", child);
	go_to(parent->path);
	attaches("./inner", child);
	attaches(child->path, child);
	go_to(gone.path);
	scratch_remove(&gone);
	refuses(1, ".", "the working directory was removed", "give the absolute path");
	close(gone.fd);
}

static void check_mount(const struct scratch *parent, const struct scratch *child)
{
	const char *top = strrchr(scratch_top(), '/') + 1;
	char below[512], hint[600];
	struct scratch same_name;

	/* from anywhere else the path is below the mount only */
	go_to("/");
	snprintf(below, sizeof(below), "%s/paths/inner", top);
	attaches(below, child);
	/* here both directories are the mount */
	go_to(scratch_mount());
	attaches(below, child);
	go_to(parent->path);
	refuses(1, "inner", "does not exist", "did you mean './inner'?");
	same_name = scratch_child(parent, top);
	snprintf(hint, sizeof(hint), "give './%s' for the second one", top);
	refuses(2, top, scratch_top(), hint);
	refuses(2, top, same_name.path, hint);
	scratch_remove(&same_name);
	close(same_name.fd);
}

/* /proc/PID/cgroup has paths that begin at the root of the hierarchy. */
static void check_proc_path(const struct scratch *child)
{
	char hint[600];

	snprintf(hint, sizeof(hint), "did you mean '%s'?", child->path);
	refuses(1, child->path + strlen(scratch_mount()), "does not exist", hint);
}

int main(void)
{
	struct scratch parent, child;

	need_live();
	prog = prog_pass(EGRESS, "here");
	parent = scratch_new("paths");
	child = scratch_child(&parent, "inner");
	check_working_directory(&parent, &child);
	check_mount(&parent, &child);
	check_proc_path(&child);
	go_to("/");
	scratch_remove(&child);
	scratch_remove(&parent);
	close(child.fd);
	close(parent.fd);
	return done_testing();
}
