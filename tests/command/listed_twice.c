/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cgroup that is listed twice, also by two spellings of its path, is wrong usage: the message names
 * the cgroup and both places, and nothing is changed.
 */
#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/command.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct scratch one, other;
static int old, new;
static char list[64], alias[64];

static void write_list(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void write_list(const char *format, ...)
{
	FILE *file = fopen(list, "w");
	va_list args;

	if (!file)
		bail_out("cannot write a list");
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	fclose(file);
}

/* Where the second place of the cgroup is said first: `second` may be NULL. */
static void refused(struct command command, const char *name, const char *first, const char *second)
{
	char cgroup[600], places[2400];

	is_int(command.status, 2, "%s: wrong usage", name);
	snprintf(cgroup, sizeof(cgroup), "cgswap: replace: '%s' is listed twice: ", one.path);
	has_str(command.err, cgroup, "the message names the cgroup");
	snprintf(places, sizeof(places), "listed twice: %s and %s\n", first, second);
	has_str(command.err, places, "and both places");
	has_str(command.err, "cgswap: hint: remove one of the two\n", "and says what to do");
	chain_is(one.fd, EGRESS, &old, 1, "nothing was changed");
	command_free(&command);
}

static void by_options(void)
{
	char slash[600], first[700], second[700];

	snprintf(slash, sizeof(slash), "%s/", one.path);
	snprintf(first, sizeof(first), "--cgroup '%s'", one.path);
	refused(cgswap_run("replace", "egress", "old", by_id(new), "--no-journal", "--cgroup", one.path,
			   "--cgroup", other.path, "--cgroup", one.path, NULL),
		"the same path", first, first);
	snprintf(second, sizeof(second), "--cgroup '%s'", slash);
	refused(cgswap_run("replace", "egress", "old", by_id(new), "--no-journal", "--cgroup", one.path,
			   "--cgroup", slash, NULL),
		"a slash at the end", first, second);
	snprintf(second, sizeof(second), "--cgroup '%s'", alias);
	refused(cgswap_run("replace", "egress", "old", by_id(new), "--no-journal", "--cgroup", one.path,
			   "--cgroup", alias, NULL),
		"a symbolic link", first, second);
}

static void by_lines(void)
{
	char first[900], second[900];

	write_list("%s\n\n%s\n%s/\n", one.path, other.path, one.path);
	snprintf(first, sizeof(first), "line 1 of '%s' ('%s')", list, one.path);
	snprintf(second, sizeof(second), "line 4 of '%s' ('%s/')", list, one.path);
	refused(cgswap_run("replace", "egress", "old", by_id(new), "--no-journal", "--cgroups-from", list, NULL),
		"two lines", first, second);
	snprintf(first, sizeof(first), "--cgroup '%s'", alias);
	snprintf(second, sizeof(second), "line 1 of '%s' ('%s')", list, one.path);
	refused(cgswap_run("replace", "egress", "old", by_id(new), "--no-journal", "--cgroups-from", list,
			   "--cgroup", alias, NULL),
		"an option and a line", first, second);
}

/* A cgroup that was not found has no step, but its line counts. */
static void after_a_refusal(void)
{
	char first[900], second[900];

	write_list("%s/absent\n%s\n%s\n", one.path, one.path, one.path);
	snprintf(first, sizeof(first), "line 2 of '%s' ('%s')", list, one.path);
	snprintf(second, sizeof(second), "line 3 of '%s' ('%s')", list, one.path);
	refused(cgswap_run("replace", "egress", "old", by_id(new), "--no-journal", "--cgroups-from", list, NULL),
		"after a cgroup that does not exist", first, second);
}

int main(void)
{
	need_live();
	one = scratch_new("one");
	other = scratch_new("other");
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	snprintf(list, sizeof(list), "/tmp/cgswap-test-list-%d", getpid());
	snprintf(alias, sizeof(alias), "/tmp/cgswap-test-alias-%d", getpid());
	if (symlink(one.path, alias) || raw_attach(one.fd, old, EGRESS, RAW_MULTI) ||
	    raw_attach(other.fd, old, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	by_options();
	by_lines();
	after_a_refusal();
	unlink(alias);
	unlink(list);
	scratch_remove(&one);
	scratch_remove(&other);
	close(one.fd);
	close(other.fd);
	return done_testing();
}
