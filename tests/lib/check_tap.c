/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TAP library prints what the protocol asks for: small programs run in a child, and their
 * output and exit status are compared with the expected ones. This program prints its own results
 * with printf(), not ok(), so that a broken library cannot pass its own test.
 */
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int all_pass(void)
{
	plan(3);
	ok(true, "one %d", 1);
	is_int(7, 7, "two");
	is_str("a", "a", "three # with\na twist");
	return done_testing();
}

static int one_fails(void)
{
	ok(true, "fine");
	is_int(-1, 2, "numbers");
	is_str("a", NULL, "strings");
	has_str("abc", "bd", "parts");
	return done_testing();
}

static int too_few(void)
{
	plan(2);
	ok(true, "lonely");
	return done_testing();
}

static int none_made(void)
{
	return done_testing();
}

static int skips(void)
{
	skip("no %s", "time");
	has_str("abc", "bc", "the end");
	diag("a\nb\n");
	return done_testing();
}

static int skips_all(void)
{
	skip_all("not on a %s", "tuesday");
}

static int bails_out(void)
{
	ok(true, "before");
	bail_out("the roof is off");
}

static int counts_failures(void)
{
	ok(false, "bad");
	ok(true, "good");
	exit(tap_failed() == 1 && tap_made() == 2 ? 42 : 43);
}

static int counts_a_childs(void)
{
	ok(true, "mine");
	tap_add(2, 1);
	ok(true, "mine again");
	return done_testing();
}

static const struct fixture {
	const char *name;
	int (*run)(void);
	int status;
	const char *output;
} fixtures[] = {
	{ "all checks pass", all_pass, 0,
	  "1..3\nok 1 - one 1\nok 2 - two\nok 3 - three   with a twist\n" },
	{ "failures are shown and counted", one_fails, 1,
	  "ok 1 - fine\nnot ok 2 - numbers\n#      got: -1\n#   wanted: 2\n"
	  "not ok 3 - strings\n#      got: 'a'\n#   wanted: NULL\n"
	  "not ok 4 - parts\n#      got: 'abc'\n#   wanted: 'bd'\n"
	  "1..4\n# 3 of 4 checks failed\n" },
	{ "fewer checks than planned", too_few, 1,
	  "1..2\nok 1 - lonely\n# 2 checks were planned, 1 were made\n" },
	{ "a test without a check fails", none_made, 1, "1..0\n# no check was made\n" },
	{ "one skipped check and a remark", skips, 0,
	  "ok 1 # SKIP no time\nok 2 - the end\n# a\n# b\n1..2\n" },
	{ "everything skipped", skips_all, 0, "1..0 # SKIP not on a tuesday\n" },
	{ "bailing out", bails_out, 99, "ok 1 - before\nBail out! the roof is off\n" },
	{ "failures can be asked for", counts_failures, 42, "not ok 1 - bad\nok 2 - good\n" },
	{ "a child's checks are counted", counts_a_childs, 1,
	  "ok 1 - mine\nok 4 - mine again\n1..4\n# 1 of 4 checks failed\n" },
};

/* Runs one fixture in a child and collects its output. Returns its exit status. */
static int play(const struct fixture *fixture, char *output, size_t size)
{
	int ends[2], status;
	size_t length = 0;
	ssize_t got;
	pid_t child;

	if (pipe(ends))
		return -1;
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		exit(fixture->run());
	}
	close(ends[1]);
	while ((got = read(ends[0], output + length, size - 1 - length)) > 0)
		length += got;
	output[length] = '\0';
	close(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

int main(void)
{
	unsigned count = sizeof(fixtures) / sizeof(*fixtures), bad = 0;

	printf("1..%u\n", count);
	fflush(stdout);
	for (unsigned i = 0; i < count; i++) {
		char output[4096];
		int status = play(&fixtures[i], output, sizeof(output));
		bool good = status == fixtures[i].status && !strcmp(output, fixtures[i].output);

		bad += !good;
		printf("%sok %u - %s\n", good ? "" : "not ", i + 1, fixtures[i].name);
		if (!good)
			fprintf(stderr, "status %d, output:\n%s", status, output);
		fflush(stdout);
	}
	return bad != 0;
}
