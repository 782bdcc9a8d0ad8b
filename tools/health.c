/* SPDX-License-Identifier: BSD-2-Clause */
#include "health.h"
#include "base/clock.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLICE_MS = 50, OUTPUT_SIZE = 4096 };

/* A running check. */
struct check {
	pid_t pid;
	int output; /* the read end of a pipe; -1: at its end */
	char text[OUTPUT_SIZE];
	size_t length;
};

static void set_number(const char *name, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	setenv(name, text, 1);
}

static void set_environment(const cgswap_event *event)
{
	set_number("CGSWAP_TRANSACTION", cgswap_event_get_transaction(event));
	set_number("CGSWAP_DONE", cgswap_event_get_done(event));
	set_number("CGSWAP_TOTAL", cgswap_event_get_total(event));
}

/* In the child. A group of its own is out of reach of a Ctrl-C, which is for the command. */
static void run_shell(const char *command, int output)
{
	int input = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (input < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0)
		_exit(127);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static bool check_start(struct check *check, const char *command, const cgswap_event *event)
{
	int ends[2];

	check->length = 0;
	check->output = -1;
	if (pipe2(ends, O_CLOEXEC))
		return false;
	set_environment(event);
	check->pid = fork();
	if (check->pid == 0)
		run_shell(command, ends[1]);
	close(ends[1]);
	check->output = ends[0];
	return check->pid > 0;
}

/* Stores the end of the output of the check. */
static void check_read(struct check *check)
{
	const size_t half = OUTPUT_SIZE / 2;
	ssize_t got;

	if (check->length > half) {
		memmove(check->text, check->text + check->length - half, half);
		check->length = half;
	}
	got = read(check->output, check->text + check->length, half - 1);
	if (got > 0) {
		check->length += (size_t)got;
	} else if (got == 0) {
		close(check->output);
		check->output = -1;
	}
}

/* Returns the status of waitpid(); -1: the time is over, or a signal asked to stop. */
static int check_wait(struct check *check, int64_t until_ms)
{
	int status;

	while (clock_now_ms() < until_ms && !signals_caught()) {
		struct pollfd output = { .fd = check->output, .events = POLLIN };

		if (poll(&output, 1, SLICE_MS) > 0)
			check_read(check);
		if (waitpid(check->pid, &status, WNOHANG) != check->pid)
			continue;
		/* the pipe has its last lines; a child that it left may hold the pipe open */
		while (check->output >= 0 && poll(&output, 1, 0) > 0)
			check_read(check);
		return status;
	}
	kill(-check->pid, SIGKILL);
	kill(check->pid, SIGKILL);
	waitpid(check->pid, &status, 0);
	return -1;
}

static void copy_last_line(char *said, size_t size, struct check *check)
{
	char *line;

	check->text[check->length] = '\0';
	while (check->length && strchr(" \t\r\n", check->text[check->length - 1]))
		check->text[--check->length] = '\0';
	line = strrchr(check->text, '\n');
	snprintf(said, size, "%s", line ? line + 1 : check->text);
}

int health_check(char *said, size_t size, const cgswap_event *event, void *user)
{
	const struct options *options = user;
	int32_t limit = options->check_timeout_ms;
	struct check check;
	int status;

	if (!check_start(&check, options->check, event)) {
		snprintf(said, size, "it cannot be started: %s", strerror(errno));
		if (check.output >= 0)
			close(check.output);
		return 1;
	}
	status = check_wait(&check, clock_now_ms() + limit);
	if (check.output >= 0)
		close(check.output);
	if (status == 0)
		return 0;
	copy_last_line(said, size, &check);
	if (status == -1 && !signals_caught())
		snprintf(said, size, "no answer within %d ms", limit);
	else if (!*said && WIFSIGNALED(status))
		snprintf(said, size, "killed by signal %d", WTERMSIG(status));
	else if (!*said && status != -1)
		snprintf(said, size, "exit status %d", WEXITSTATUS(status));
	return 1;
}
