/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options may be given anywhere, by their full names, and -- ends them. Errors in the command line
 * are reported as text, or as JSON with --json. All on the modelled kernel.
 */
#include "../lib/command.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Checks that the line shows the chain in JSON. */
static void check_shows(const char *line)
{
	struct command command = cgswap_line(line);
	json_t *json = command_json(&command);

	if (!is_int(command.status, 0, "%s: succeeds", line))
		diag("%s", command.err);
	is_str(json_string_value(json_object_get(json, "cgroup")), "/sys/fs/cgroup/web.slice",
	       "%s: shows the chain", line);
	json_decref(json);
	command_free(&command);
}

static void options_anywhere(void)
{
	check_shows("--kernel model --json show web.slice egress");
	check_shows("show --kernel model --json web.slice egress");
	check_shows("show web.slice --kernel=model egress --json");
	check_shows("show web.slice egress --json --kernel model");
	check_shows("--json --kernel model show -- web.slice egress");
	check_shows("--json --kernel model -- show web.slice egress");
	check_shows("show -j web.slice egress --kernel model");
	check_shows("show --json web.slice egress --kernel model --retry-time 0ms");
	check_shows("detach --json web.slice egress fw --dry-run --kernel model --retry-time=596h");
	check_shows("--dry-run --expected-revision 4 detach web.slice egress fw --json --kernel model");
	check_shows("detach web.slice --dry-run egress --expected-revision=4 fw --json --kernel model");
	setenv("POSIXLY_CORRECT", "1", 1);
	check_shows("show web.slice egress --json --kernel model");
	unsetenv("POSIXLY_CORRECT");
}

/* True if the text has this path, and not a longer one. */
static bool names_path(const char *text, const char *path)
{
	const char *found = strstr(text, path);

	return found && strchr("' \n", found[strlen(path)]);
}

/* After -- no word is an option, and a single - never is. */
static void arguments(void)
{
	struct command command = cgswap_line("--kernel model show -- --json");

	is_int(command.status, 1, "-- ends the options");
	has_str(command.err, "/sys/fs/cgroup/--json", "the next word is an argument");
	command_free(&command);
	command = cgswap_line("show - --kernel model");
	is_int(command.status, 1, "a single - is not an option");
	ok(names_path(command.err, "/sys/fs/cgroup/-"), "it is an argument");
	command_free(&command);
	command = cgswap_line("--kernel model show -- --");
	is_int(command.status, 1, "a second -- is not an option");
	ok(names_path(command.err, "/sys/fs/cgroup/--"), "it is an argument");
	command_free(&command);
}

/* Checks an error in the command line, as text and as JSON. */
static void wrong(const char *line, const char *message, const char *remedy)
{
	struct command command = cgswap_line(line);
	char printed[1024], in_json[1024];
	json_t *json, *error;

	is_int(command.status, 2, "%s: wrong usage", line);
	snprintf(printed, sizeof(printed), ": %s\ncgswap: hint: %s\n", message, remedy);
	has_str(command.err, printed, "%s: the message, and the hint on a line of its own", line);
	is_str(command.out, "", "%s: nothing on stdout", line);
	command_free(&command);

	snprintf(in_json, sizeof(in_json), "--json %s", line);
	command = cgswap_line(in_json);
	json = command_json(&command);
	error = json_object_get(json, "error");
	is_int(command.status, 2, "%s: wrong usage", in_json);
	is_str(json_string_value(json_object_get(error, "cause")), "bad_argument", "the cause");
	is_str(json_string_value(json_object_get(error, "message")), message, "the message");
	is_str(json_string_value(json_object_get(error, "remedy")), remedy, "the remedy");
	is_str(json_string_value(json_object_get(error, "log")), "", "no log");
	is_str(command.err, "", "%s: nothing on stderr", in_json);
	json_decref(json);
	command_free(&command);
}

static void wrong_usage(void)
{
	wrong("", "no command given", "see `cgswap --help`");
	wrong("shwo web.slice", "unknown command 'shwo'", "did you mean 'show'?");
	wrong("show --jsno web.slice", "unknown option '--jsno'", "did you mean '--json'?");
	wrong("show --js web.slice", "unknown option '--js'", "did you mean '--json'?");
	wrong("show --kern model web.slice", "unknown option '--kern'",
	      "did you mean '--kernel'?");
	wrong("show -x web.slice", "unknown option '-x'", "see `cgswap show --help`");
	wrong("show -hv web.slice", "unknown option '-v'", "see `cgswap show --help`");
	wrong("show --json=yes web.slice", "--json takes no value", "see `cgswap show --help`");
	wrong("show --mode=multi web.slice", "unknown option '--mode'",
	      "see `cgswap show --help`");
	wrong("--dry-run show web.slice", "unknown option '--dry-run'",
	      "see `cgswap show --help`");
	wrong("--dry-run=yes detach", "--dry-run takes no value", "see `cgswap --help`");
	wrong("detach --dry-run=yes web.slice egress fw", "--dry-run takes no value",
	      "see `cgswap detach --help`");
	wrong("detach web.slice egress fw --expected-revision", "--expected-revision needs a value: N",
	      "see `cgswap detach --help`");
	wrong("detach --expected-revision=0 web.slice egress fw",
	      "--expected-revision is '0'; expected a number, at least 1", "see `cgswap detach --help`");
	wrong("detach --expected-revision= web.slice egress fw",
	      "--expected-revision is ''; expected a number, at least 1", "see `cgswap detach --help`");
	wrong("detach --expected-revision 18446744073709551616 web.slice egress fw",
	      "--expected-revision is '18446744073709551616'; expected a number, at least 1",
	      "see `cgswap detach --help`");
	wrong("show --retry-time 5 web.slice",
	      "--retry-time is '5'; expected a time up to 596h, with ms, s, m or h, such as 500ms",
	      "see `cgswap show --help`");
	wrong("show --retry-time -1s web.slice",
	      "--retry-time is '-1s'; expected a time up to 596h, with ms, s, m or h, such as 500ms",
	      "see `cgswap show --help`");
	wrong("show --retry-time 597h web.slice",
	      "--retry-time is '597h'; expected a time up to 596h, with ms, s, m or h, such as 500ms",
	      "see `cgswap show --help`");
	wrong("attach --mode some web.slice egress id:4",
	      "--mode is 'some'; expected multi, override or none",
	      "see `cgswap attach --help`");
	wrong("replace --maps all web.slice egress fw id:4",
	      "--maps is 'all'; expected reuse, new or require",
	      "see `cgswap replace --help`");
	wrong("attach web.slice egress id:4 --pin=",
	      "--pin is empty; expected a path in a bpffs", "see `cgswap attach --help`");
	wrong("attach web.slice egress id:4 --before= --after fw",
	      "--before is empty; expected the selector of an entry",
	      "see `cgswap attach --help`");
	wrong("attach web.slice egress id:4 --after", "--after needs a value: SEL",
	      "see `cgswap attach --help`");
	wrong("attach web.slice egress id:4 --drain", "unknown option '--drain'",
	      "see `cgswap attach --help`");
	wrong("replace web.slice egress fw id:4 --drian", "unknown option '--drian'",
	      "did you mean '--drain'?");
	wrong("show --kernel old web.slice", "--kernel is 'old'; expected live or model",
	      "see `cgswap show --help`");
	wrong("inspect", "0 of 1 arguments given; expected FILE.o", "see `cgswap inspect --help`");
	wrong("detach web.slice egress", "2 of 3 arguments given; expected CGROUP TYPE SEL",
	      "see `cgswap detach --help`");
	wrong("features web.slice", "1 argument given; expected none",
	      "see `cgswap features --help`");
	wrong("explain not_atached", "unknown cause 'not_atached'", "did you mean 'not_attached'?");
	wrong("help shwo", "unknown command 'shwo'", "did you mean 'show'?");
}

/* The policy of all maps or constants, and the choice of one, look alike. */
static void slips(void)
{
	wrong("replace web.slice egress fw a.o --map reuse",
	      "--map is 'reuse'; expected NAME=old, NAME=new, NAME=new,max_entries=N, NAME=id:N or "
	      "NAME=pin:PATH, for up to 64 maps",
	      "did you mean '--maps reuse'?");
	wrong("replace web.slice egress fw a.o --maps hits=old",
	      "--maps is 'hits=old'; expected reuse, new or require",
	      "did you mean '--map hits=old'?");
	wrong("replace web.slice egress fw a.o --constants=limit=9",
	      "--constants is 'limit=9'; expected old or new",
	      "did you mean '--constant limit=9'?");
	wrong("replace web.slice egress fw a.o --constant old",
	      "--constant is 'old'; expected NAME=old, NAME=new or NAME=VALUE, for up to 64 constants",
	      "did you mean '--constants old'?");
	/* attach has no policy */
	wrong("attach web.slice egress a.o --constant old",
	      "--constant is 'old'; expected NAME=old, NAME=new or NAME=VALUE, for up to 64 constants",
	      "see `cgswap attach --help`");
}

/* The number of an option is checked before anything is opened, and the message names the option. */
static void numbers(void)
{
	static const char of_many[] = "replace web.slice egress fw a.o --recursive";
	static const struct {
		const char *option, *value, *expected;
	} values[] = {
		{ "--canary", "150%", "a number of cgroups, or 1% to 100% of them" },
		{ "--canary", "0", "a number of cgroups, or 1% to 100% of them" },
		{ "--canary", "4294967296", "a number of cgroups, or 1% to 100% of them" },
		{ "--canary", "5%%", "a number of cgroups, or 1% to 100% of them" },
		{ "--soak", "597h", "a time up to 596h, with ms, s, m or h, such as 30s" },
		{ "--soak", "3", "a time up to 596h, with ms, s, m or h, such as 30s" },
		{ "--follow", "-1s", "a time up to 596h, with ms, s, m or h, such as 30s" },
		{ "--wait", "1d", "a time up to 596h, with ms, s, m or h, such as 30s" },
		{ "--check-timeout", "0s", "a time from 1ms to 596h, with ms, s, m or h, such as 30s" },
		{ "--keep", "0", "a number from 1 to 4294967295" },
		{ "--keep", "4294967296", "a number from 1 to 4294967295" },
		{ "--retries", "2147483648", "a number up to 2147483647" },
		{ "--retries", "-1", "a number up to 2147483647" },
	};
	char line[256], message[256];

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		snprintf(line, sizeof(line), "%s %s %s", of_many, values[i].option, values[i].value);
		snprintf(message, sizeof(message), "%s is '%s'; expected %s", values[i].option,
			 values[i].value, values[i].expected);
		wrong(line, message, "see `cgswap replace --help`");
	}
}

/* The choices of maps and constants are checked then, too. */
static void choices(void)
{
	static const char *const maps[] = { "hits=", "=old", "hits=older", "hits=id:0", "hits=id:x", "hits=pin:",
					    "hits=new,max_entries=0", "hits=old,max_entries=3",
					    "hits=new,max_entries=4294967296" };
	char line[256], message[256];

	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++) {
		snprintf(line, sizeof(line), "replace web.slice egress fw a.o --map %s", maps[i]);
		snprintf(message, sizeof(message),
			 "--map is '%s'; expected NAME=old, NAME=new, NAME=new,max_entries=N, NAME=id:N or "
			 "NAME=pin:PATH, for up to 64 maps",
			 maps[i]);
		wrong(line, message, "see `cgswap replace --help`");
	}
	wrong("replace web.slice egress fw a.o --map a=old --map b=old --map a=id:3",
	      "--map is given twice for 'a'", "see `cgswap replace --help`");
	wrong("replace web.slice egress fw a.o --constant a=1 --constant ab=1 --constant a==old",
	      "--constant is given twice for 'a'", "see `cgswap replace --help`");
	wrong("replace web.slice egress fw a.o --constant =1",
	      "--constant is '=1'; expected NAME=old, NAME=new or NAME=VALUE, for up to 64 constants",
	      "see `cgswap replace --help`");
}

static void excludes(const char *options, const char *one, const char *other)
{
	char line[256], message[256];

	snprintf(line, sizeof(line), "attach web.slice egress absent.o %s", options);
	snprintf(message, sizeof(message), "%s and %s cannot be given together", one, other);
	wrong(line, message, "see `cgswap attach --help`");
}

/* A long value is cut, so that what was expected is shown, and no name is suggested for it. */
static void long_words(void)
{
	char word[401], line[1000], message[300];

	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	snprintf(line, sizeof(line), "replace web.slice egress fw a.o --map %s=x", word);
	snprintf(message, sizeof(message),
		 "--map is '%.100s'; expected NAME=old, NAME=new, NAME=new,max_entries=N, NAME=id:N or "
		 "NAME=pin:PATH, for up to 64 maps",
		 word);
	wrong(line, message, "see `cgswap replace --help`");
	snprintf(line, sizeof(line), "replace web.slice egress fw a.o --map %s=old --map %s=new", word, word);
	snprintf(message, sizeof(message), "--map is given twice for '%.100s'", word);
	wrong(line, message, "see `cgswap replace --help`");
	snprintf(message, sizeof(message), "unknown command '%.100s'", word);
	wrong(word, message, "see `cgswap --help`");
}

/* Options that exclude each other, or need another. */
static void wrong_combinations(void)
{
	excludes("--before fw --first", "--first", "--before");
	excludes("--last --before fw", "--last", "--before");
	excludes("--after fw --first", "--first", "--after");
	excludes("--after fw --last", "--last", "--after");
	excludes("--after fw --before fw", "--before", "--after");
	excludes("--mode none --first", "--mode none", "--first");
	excludes("--mode override --before fw", "--mode override", "--before");
	excludes("--mode override --link --pin /sys/fs/bpf/x", "--mode override", "--link");
	wrong("attach web.slice egress id:4 --first --last",
	      "--first and --last cannot be given together",
	      "see `cgswap attach --help`");
	wrong("replace web.slice egress fw a.o --map hits --kernel model",
	      "--map is 'hits'; expected NAME=old, NAME=new, NAME=new,max_entries=N, NAME=id:N or "
	      "NAME=pin:PATH, for up to 64 maps",
	      "see `cgswap replace --help`");
	wrong("detach web.slice egress fw --map hits=new", "unknown option '--map'",
	      "see `cgswap detach --help`");
	wrong("replace web.slice egress fw id:4 --no-preorder --preorder",
	      "--preorder and --no-preorder cannot be given together", "see `cgswap replace --help`");
	wrong("attach web.slice egress id:4 --link",
	      "--link needs --pin: without a pin the link ends with this command",
	      "add --pin PATH, a path in a bpffs");
}

/* --help works whatever else is wrong. */
static void help_with_errors(void)
{
	struct command command = cgswap_line("attach --link --first --last --help");

	is_int(command.status, 0, "--help with options that exclude each other");
	has_str(command.out, "--first", "the usage is printed");
	command_free(&command);
}

/* The first error is reported, and --json applies wherever it is given. */
static void first_error(void)
{
	struct command command = cgswap_line("show --fast --mode=multi web.slice egress x --json");
	json_t *json = command_json(&command);

	is_int(command.status, 2, "a line with several errors");
	is_str(json_string_value(json_object_get(json_object_get(json, "error"), "message")),
	       "unknown option '--fast'", "the first error is reported");
	json_decref(json);
	command_free(&command);
}

/* Every command takes -V and -h, and prints nothing with --quiet. */
static void everywhere(void)
{
	static const char *const lines[] = {
		"show web.slice", "tree", "types", "features", "explain", "help",
		"attach web.slice egress id:6", "detach web.slice egress fw",
		"replace web.slice egress fw id:6",
	};
	char line[128];

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct command command;

		snprintf(line, sizeof(line), "--kernel model --quiet %s", lines[i]);
		command = cgswap_line(line);
		is_int(command.status, 0, "%s", line);
		is_str(command.out, "", "it prints nothing");
		is_str(command.err, "", "and has nothing to warn of");
		command_free(&command);
		snprintf(line, sizeof(line), "%s -V", lines[i]);
		command = cgswap_line(line);
		ok(!strncmp(command.out, "cgswap ", strlen("cgswap ")), "%s: the version", line);
		command_free(&command);
		snprintf(line, sizeof(line), "%s -h", lines[i]);
		command = cgswap_line(line);
		ok(!strncmp(command.out, "Usage: ", strlen("Usage: ")), "%s: the usage", line);
		command_free(&command);
	}
}

static void short_options(void)
{
	struct command command = cgswap_line("-V");

	is_int(command.status, 0, "-V");
	has_str(command.out, "cgswap ", "-V prints the version");
	command_free(&command);
	command = cgswap_line("-h");
	has_str(command.out, "Usage: cgswap COMMAND", "-h prints the usage");
	command_free(&command);
	command = cgswap_line("attach -jh");
	is_int(command.status, 0, "two short options in one word");
	has_str(command.out, "Usage: cgswap attach", "-jh prints the usage of the command");
	command_free(&command);
}

static void scratch_cgroup(void)
{
	struct command command = cgswap_line("--kernel model features --scratch-cgroup web.slice");

	is_int(command.status, 0, "a scratch cgroup below the mount");
	command_free(&command);
	command = cgswap_line("--kernel model features --scratch-cgroup=/nowhere");
	is_int(command.status, 1, "a scratch cgroup that does not exist");
	has_str(command.err, "scratch_cgroup: '/nowhere' does not exist", "the error names it");
	command_free(&command);
}

/* A file without .o is not a source; the hint says how to name it. */
static void object_without_suffix(void)
{
	char path[] = "/tmp/cgswap-object-XXXXXX", line[128], hint[128];
	struct command command;
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, "\177ELF", 4) != 4)
		bail_out("cannot create %s", path);
	close(fd);
	snprintf(line, sizeof(line), "--kernel model attach web.slice egress %s", path);
	snprintf(hint, sizeof(hint), "cgswap: hint: write obj:%s if this is an object file\n", path);
	command = cgswap_line(line);
	is_int(command.status, 1, "a file without .o");
	has_str(command.err, hint, "the hint is to write obj:");
	command_free(&command);
	unlink(path);
}

int main(void)
{
	options_anywhere();
	everywhere();
	short_options();
	scratch_cgroup();
	object_without_suffix();
	arguments();
	wrong_usage();
	slips();
	numbers();
	choices();
	long_words();
	wrong_combinations();
	help_with_errors();
	first_error();
	return done_testing();
}
