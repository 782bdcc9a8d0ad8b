/* SPDX-License-Identifier: BSD-2-Clause */
#include "terminal.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SCREEN = 1 << 18 };

/* Returns the side that reads what the other one writes, or -1. */
static int open_terminal(int columns, int *slave)
{
	struct winsize size = { .ws_row = 24, .ws_col = (unsigned short)columns };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0)
		return -1;
	if (grantpt(master) || unlockpt(master) ||
	    (*slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0) {
		close(master);
		return -1;
	}
	if (ioctl(*slave, TIOCSWINSZ, &size))
		bail_out("cannot set a terminal to %d columns: %s", columns, strerror(errno));
	return master;
}

bool terminal_exists(void)
{
	int slave, master = open_terminal(80, &slave);

	if (master < 0)
		return false;
	close(slave);
	close(master);
	return true;
}

/*
 * Reads to the end, which is EIO: the other side is closed. The kernel looks for text before it looks if
 * the other side is closed; a process that prints and ends in between leaves text behind the first EIO.
 */
static size_t read_all(int master, char *text, size_t size)
{
	size_t length = 0;
	int ends = 0;

	while (ends < 2 && length < size) {
		ssize_t got = read(master, text + length, size - length);

		if (got > 0)
			length += (size_t)got;
		ends = got > 0 ? 0 : ends + 1;
	}
	return length;
}

/* Reads to the end, and drops the carriage returns that the terminal adds. */
static char *read_screen(int master)
{
	char *screen = malloc(SCREEN), *to = screen;
	size_t length;

	if (!screen)
		bail_out("out of memory");
	length = read_all(master, screen, SCREEN - 1);
	for (size_t i = 0; i < length; i++) {
		if (screen[i] != '\r')
			*to++ = screen[i];
	}
	*to = '\0';
	return screen;
}

char *terminal_run(int columns, const char *const *argv)
{
	int slave, status, master = open_terminal(columns, &slave);
	pid_t child;
	char *screen;

	if (master < 0)
		bail_out("cannot open a terminal: %s", strerror(errno));
	child = fork();
	if (!child) {
		dup2(slave, STDOUT_FILENO);
		dup2(slave, STDERR_FILENO);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(slave);
	screen = read_screen(master);
	close(master);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
	    WEXITSTATUS(status) == 127)
		bail_out("cannot run %s", argv[0]);
	return screen;
}
