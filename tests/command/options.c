/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options stand anywhere, each by its whole name, and -- ends them; what is wrong with a command
 * line is told in words, or in JSON where the line asks for it. All on the modelled kernel.
 */
#include "../lib/command.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The line shows the chain, as an object. */
static void shows(const char *line)
{
	struct command command = cgswap_line(line);
	json_t *json = command_json(&command);

	if (!is_int(command.status, 0, "%s: done", line))
		diag("%s", command.err);
	is_str(json_string_value(json_object_get(json, "cgroup")), "/sys/fs/cgroup/web.slice",
	       "%s: shows the chain", line);
	json_decref(json);
	command_free(&command);
}

static void anywhere(void)
{
	shows("--kernel model --json show web.slice egress");
	shows("show --kernel model --json web.slice egress");
	shows("show web.slice --kernel=model egress --json");
	shows("show web.slice egress --json --kernel model");
	shows("--json --kernel model show -- web.slice egress");
	shows("--json --kernel model -- show web.slice egress");
	shows("--dry-run --expected-revision 4 detach web.slice egress fw --json --kernel model");
	shows("detach web.slice --dry-run egress --expected-revision=4 fw --json --kernel model");
	setenv("POSIXLY_CORRECT", "1", 1);
	shows("show web.slice egress --json --kernel model");
	unsetenv("POSIXLY_CORRECT");
}

/* Behind -- nothing is an option, and a single - is none anywhere. */
static void arguments(void)
{
	struct command command = cgswap_line("--kernel model show -- --json");

	is_int(command.status, 1, "-- ends the options");
	has_str(command.err, "/sys/fs/cgroup/--json", "what follows is an argument");
	command_free(&command);
	command = cgswap_line("show - --kernel model");
	is_int(command.status, 1, "a single - is no option");
	has_str(command.err, "there is no /sys/fs/cgroup/-;", "it is an argument");
	command_free(&command);
	command = cgswap_line("--kernel model show -- --");
	is_int(command.status, 1, "the second -- is no option");
	has_str(command.err, "there is no /sys/fs/cgroup/--;", "it is an argument");
	command_free(&command);
}

/* Wrong usage, told in words and, with --json, as an object with the same words. */
static void wrong(const char *line, const char *said, const char *remedy)
{
	struct command command = cgswap_line(line);
	char in_json[256];
	json_t *json, *error;

	is_int(command.status, 2, "%s: wrong usage", line);
	has_str(command.err, said, "%s: said", line);
	has_str(command.err, remedy, "%s: with what to do", line);
	is_str(command.out, "", "%s: nothing on stdout", line);
	command_free(&command);

	snprintf(in_json, sizeof(in_json), "--json %s", line);
	command = cgswap_line(in_json);
	json = command_json(&command);
	error = json_object_get(json, "error");
	is_int(command.status, 2, "%s: wrong usage", in_json);
	is_str(json_string_value(json_object_get(error, "cause")), "bad_argument", "the cause");
	is_str(json_string_value(json_object_get(error, "message")), said, "the message");
	is_str(json_string_value(json_object_get(error, "remedy")), remedy, "the remedy");
	is_str(json_string_value(json_object_get(error, "log")), "", "no log");
	is_str(command.err, "", "%s: nothing on stderr", in_json);
	json_decref(json);
	command_free(&command);
}

static void wrong_usage(void)
{
	wrong("", "no command was given", "see `cgswap --help`");
	wrong("shwo web.slice", "\"shwo\" is no command", "did you mean show?");
	wrong("show --jsno web.slice", "there is no option --jsno here", "did you mean --json?");
	wrong("show --js web.slice", "there is no option --js here", "did you mean --json?");
	wrong("show --kern model web.slice", "there is no option --kern here",
	      "did you mean --kernel?");
	wrong("show -j web.slice", "there is no option -j here", "see `cgswap show --help`");
	wrong("show -jv web.slice", "there is no option -jv here", "see `cgswap show --help`");
	wrong("show --mode=multi web.slice", "there is no option --mode here",
	      "see `cgswap show --help`");
	wrong("--dry-run show web.slice", "there is no option --dry-run here",
	      "see `cgswap show --help`");
	wrong("--version show", "there is no option --version here", "see `cgswap show --help`");
	wrong("detach --dry-run=yes web.slice egress fw", "--dry-run takes no value",
	      "see `cgswap detach --help`");
	wrong("detach web.slice egress fw --expected-revision", "--expected-revision needs a value: N",
	      "see `cgswap detach --help`");
	wrong("detach --expected-revision=0 web.slice egress fw",
	      "--expected-revision is \"0\", and takes a number from 1 on", "see `cgswap detach --help`");
	wrong("detach --expected-revision= web.slice egress fw",
	      "--expected-revision is \"\", and takes a number from 1 on", "see `cgswap detach --help`");
	wrong("detach --expected-revision 18446744073709551616 web.slice egress fw",
	      "--expected-revision is \"18446744073709551616\", and takes a number from 1 on",
	      "see `cgswap detach --help`");
	wrong("attach --mode some web.slice egress id:4",
	      "--mode is \"some\", and takes multi, override or none",
	      "see `cgswap attach --help`");
	wrong("replace --maps all web.slice egress fw id:4",
	      "--maps is \"all\", and takes reuse, new or require",
	      "see `cgswap replace --help`");
	wrong("attach web.slice egress id:4 --pin=",
	      "--pin is empty, and takes a path in a bpffs", "see `cgswap attach --help`");
	wrong("attach web.slice egress id:4 --before= --after fw",
	      "--before is empty, and takes the selector of an entry",
	      "see `cgswap attach --help`");
	wrong("attach web.slice egress id:4 --after", "--after needs a value: SEL",
	      "see `cgswap attach --help`");
	wrong("attach web.slice egress id:4 --drain", "there is no option --drain here",
	      "see `cgswap attach --help`");
	wrong("replace web.slice egress fw id:4 --drian", "there is no option --drian here",
	      "did you mean --drain?");
	wrong("show --kernel old web.slice", "--kernel is \"old\", and takes live or model",
	      "see `cgswap show --help`");
	wrong("inspect", "0 of 1 arguments were given: FILE.o", "see `cgswap inspect --help`");
	wrong("detach web.slice egress", "2 of 3 arguments were given: CGROUP TYPE SEL",
	      "see `cgswap detach --help`");
	wrong("features web.slice", "too many arguments were given: it takes none",
	      "see `cgswap features --help`");
	wrong("explain not_atached", "\"not_atached\" is no cause", "did you mean not_attached?");
	wrong("help shwo", "\"shwo\" is no command", "did you mean show?");
}

/* Options that contradict each other, or are nothing without another. */
static void together(void)
{
	wrong("attach web.slice egress id:4 --first --last", "both --first and --last were given",
	      "give one of them");
	wrong("replace web.slice egress fw id:4 --no-preorder --preorder",
	      "both --preorder and --no-preorder were given", "give one of them");
	wrong("attach web.slice egress id:4 --link",
	      "--link without --pin makes a link that would be gone when this command ends",
	      "say with --pin PATH where in a bpffs it is to be pinned");
}

/* A help text can be had however wrong the rest is. */
static void help_goes_first(void)
{
	struct command command = cgswap_line("attach --link --first --last --help");

	is_int(command.status, 0, "--help with options that contradict each other");
	has_str(command.out, "[--first | --last | --before SEL | --after SEL]",
		"says that they do");
	command_free(&command);
}

/* The first thing that is wrong is told, and --json counts wherever it stands. */
static void the_first(void)
{
	struct command command = cgswap_line("show --fast --mode=multi web.slice egress x --json");
	json_t *json = command_json(&command);

	is_int(command.status, 2, "several things are wrong");
	is_str(json_string_value(json_object_get(json_object_get(json, "error"), "message")),
	       "there is no option --fast here", "the first one is told");
	json_decref(json);
	command_free(&command);
}

int main(void)
{
	anywhere();
	arguments();
	wrong_usage();
	together();
	help_goes_first();
	the_first();
	return done_testing();
}
