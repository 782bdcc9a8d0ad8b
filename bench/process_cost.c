/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process_cost ROUNDS NAME OURS THEIRS: the time that commands take, from the start of the first process
 * to the end of the last. OURS and THEIRS are lists of commands, separated by ';', each with its
 * arguments separated by blanks. Both run in turn, with their output to /dev/null. Prints the medians and
 * the best times in ms, and the ratio of each.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 8, WORDS_MAX = 16 };

struct commands {
	char *words[COMMANDS_MAX][WORDS_MAX + 1];
	size_t count;
	double *ms;
};

extern char **environ;

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "process_cost: %s %s\n", what, name);
	exit(1);
}

static void split(struct commands *out, char *list, size_t rounds)
{
	char *command, *word;

	while ((command = strsep(&list, ";"))) {
		size_t count = 0;

		if (out->count == COMMANDS_MAX)
			fail("too many commands:", command);
		while ((word = strsep(&command, " "))) {
			if (*word && count == WORDS_MAX)
				fail("too many words before", word);
			if (*word)
				out->words[out->count][count++] = word;
		}
		out->count++;
	}
	out->ms = calloc(rounds, sizeof(*out->ms));
	if (!out->ms)
		fail("out of", "memory");
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double run(struct commands *commands, posix_spawn_file_actions_t *actions)
{
	double began = now_ms();
	int status;
	pid_t pid;

	for (size_t i = 0; i < commands->count; i++) {
		char **argv = commands->words[i];

		if (posix_spawn(&pid, argv[0], actions, NULL, argv, environ))
			fail("cannot run", argv[0]);
		if (waitpid(pid, &status, 0) != pid || status)
			fail("this failed:", argv[0]);
	}
	return now_ms() - began;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	struct commands ours = { .count = 0 }, theirs = { .count = 0 };
	size_t rounds = argc == 5 ? strtoul(argv[1], NULL, 10) : 0;
	posix_spawn_file_actions_t actions;

	if (!rounds)
		fail("usage:", "ROUNDS NAME OURS THEIRS");
	split(&ours, argv[3], rounds);
	split(&theirs, argv[4], rounds);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	for (size_t i = 0; i < rounds; i++) {
		ours.ms[i] = run(&ours, &actions);
		theirs.ms[i] = run(&theirs, &actions);
	}
	qsort(ours.ms, rounds, sizeof(double), compare);
	qsort(theirs.ms, rounds, sizeof(double), compare);
	printf("%-28s cgswap %8.2f ms   bpftool %8.2f ms   ratio %.3f   best %.2f, %.2f, ratio %.3f\n",
	       argv[2], ours.ms[rounds / 2], theirs.ms[rounds / 2],
	       ours.ms[rounds / 2] / theirs.ms[rounds / 2], ours.ms[0], theirs.ms[0],
	       ours.ms[0] / theirs.ms[0]);
	posix_spawn_file_actions_destroy(&actions);
	free(ours.ms);
	free(theirs.ms);
	return 0;
}
