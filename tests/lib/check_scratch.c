/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scratch cgroups, which all live tests use: a scratch cgroup is removed however its process ends,
 * and a sweep removes none whose process is alive.
 */
#include "live.h"
#include "many.h"
#include "scratch.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum ending { EXITS, TERMINATED, KILLED };

static void make_some(struct scratch *deepest)
{
	struct scratch levels[3];

	scratch_nest(levels, 3);
	scratch_child(&levels[0], "sibling");
	many_make("many", 3, false);
	*deepest = levels[2];
}

/* A child makes cgroups, a grandchild enters one of them, and the child ends. */
static void owner_main(int report, int order)
{
	struct scratch deepest;
	pid_t inside;

	make_some(&deepest);
	inside = fork();
	if (!inside) {
		scratch_enter(&deepest);
		if (write(report, "+", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	if (write(report, deepest.path, sizeof(deepest.path)) < 0)
		_exit(1);
	/* ends on the order, unless a signal comes first */
	if (read(order, &inside, 1) == 1)
		exit(0);
	_exit(1);
}

static bool there(const char *path)
{
	struct stat info;

	return !stat(path, &info);
}

static bool gone(const char *path)
{
	for (int i = 0; i < 1000 && there(path); i++)
		usleep(1000);
	return !there(path);
}

/* Cuts a path down to the owner's directory. */
static void to_top(char *path)
{
	char *name = strstr(path, "/cgswap-test-");

	name[1 + strcspn(name + 1, "/")] = '\0';
}

static void ends(enum ending ending, const char *how)
{
	char path[512], first, text[sizeof(path) + 1];
	int pipes[2], orders[2], status;
	size_t length = 0;
	ssize_t got;
	pid_t child;

	if (pipe(pipes) || pipe(orders))
		bail_out("no pipe");
	child = fork();
	if (!child) {
		close(pipes[0]);
		close(orders[1]);
		owner_main(pipes[1], orders[0]);
	}
	close(pipes[1]);
	close(orders[0]);
	/* the path, and before or after it the "+" of the grandchild */
	while (length < sizeof(text) &&
	       (got = read(pipes[0], text + length, sizeof(text) - length)) > 0)
		length += got;
	first = text[0];
	memcpy(path, text + (first == '+'), sizeof(path));
	ok(length == sizeof(text) && there(path), "%s: the cgroups exist", how);
	to_top(path);
	if (ending != EXITS)
		kill(child, ending == KILLED ? SIGKILL : SIGTERM);
	else if (write(orders[1], "x", 1) != 1)
		bail_out("no order");
	waitpid(child, &status, 0);
	close(pipes[0]);
	close(orders[1]);
	/* a test that runs at the same time may sweep them first */
	if (ending == KILLED)
		scratch_sweep();
	ok(gone(path), "%s: the cgroups and the process inside are gone", how);
	if (ending == TERMINATED)
		ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
		   "%s: the process ended in this way", how);
}

int main(void)
{
	struct scratch mine, again;

	need_live();
	ends(EXITS, "exit");
	ends(TERMINATED, "SIGTERM");
	ends(KILLED, "SIGKILL");

	mine = scratch_new("mine");
	scratch_sweep();
	ok(there(mine.path), "a sweep does not remove the cgroup of a living process");
	again = scratch_child(&mine, "again");
	scratch_remove(&again);
	ok(!there(again.path), "one cgroup can be removed alone");
	again = scratch_child(&mine, "again");
	ok(there(again.path), "it can be made again");
	return done_testing();
}
