/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For a string with newlines, control characters or invalid UTF-8, or of a hundred thousand bytes,
 * the error has a message of one line, and --json prints one object of valid UTF-8.
 */
#include "../lib/command.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdlib.h>
#include <string.h>

enum { LONG = 100000 };

static struct fixture fixture;
static char *long_text, *long_path;

/* The call fails with any cause, and a message of one printable line. */
static void refused(enum cgswap_status status, const char *name, size_t which)
{
	const cgswap_error *error = cgswap_last_error();
	const char *message = cgswap_error_get_message(error);
	bool printable = *message;

	for (const unsigned char *c = (const unsigned char *)message; *c; c++)
		printable &= *c >= ' ' && *c != 127;
	ok(status && printable && cgswap_error_get_remedy(error)[0], "%s %zu: %s", name, which,
	   cgswap_cause_get_name(cgswap_error_get_cause(error)));
	if (!printable)
		diag("the message is not one printable line: %.100s", message);
}

static void call_library(const char *text, size_t which)
{
	struct descriptors before = descriptors_now();
	cgswap_program *program;
	cgswap_chain *chain;
	size_t position;
	char *source = malloc(strlen(text) + 8);

	refused(cgswap_chain_open(&chain, fixture.session, text, "egress"), "cgroup", which);
	refused(cgswap_chain_open(&chain, fixture.session, fixture.cgroup.path, text),
		"attach type", which);
	refused(cgswap_chain_find(fixture.chain, text, &position), "selector", which);
	refused(cgswap_program_open(&program, fixture.session, text, NULL), "source", which);
	strcpy(source, "obj:");
	strcat(source, text);
	refused(cgswap_program_open(&program, fixture.session, source, NULL), "object", which);
	strcpy(source, "pin:");
	strcat(source, text);
	refused(cgswap_program_open(&program, fixture.session, source, NULL), "pin", which);
	ok(descriptors_same(&before), "%zu: no descriptor is left open", which);
	free(source);
}

static void run_command(const char *text, size_t which)
{
	struct command command = cgswap_run("show", "--json", text, "egress", NULL);
	json_t *json = command_json(&command);
	json_t *error = json_object_get(json, "error");

	/* a text that cannot be a path is wrong usage */
	is_int(command.status, strlen(text) < LONG ? 1 : 2, "command %zu: exit status", which);
	ok(json_is_string(json_object_get(error, "message")), "command %zu: the message is in JSON",
	   which);
	json_decref(json);
	command_free(&command);
}

int main(void)
{
	static const char *const texts[] = {
		"new\nline", "/new\nline", "tab\tand\x01more", "\xff\xfe", "/\xff\xfe/x",
		"\x1b[31mred", "/\x1b[31mred", "%s%n%d", "/%s%n%d", "a b", "/tmp/a b", "#", "/#",
		"\x7f", "/\x7f", "\xc3\xa4",
	};
	size_t count = sizeof(texts) / sizeof(*texts);

	need_live();
	fixture = fixture_new("hostile", 1);
	long_text = malloc(LONG + 1);
	long_path = malloc(LONG + 1);
	memset(long_text, 'a', LONG);
	memset(long_path, 'a', LONG);
	long_text[LONG] = long_path[LONG] = '\0';
	for (size_t i = 0; i < LONG; i += 100)
		long_path[i] = '/';
	for (size_t i = 0; i < count; i++) {
		call_library(texts[i], i);
		run_command(texts[i], i);
	}
	call_library(long_text, count);
	call_library(long_path, count + 1);
	run_command(long_path, count + 1);
	chain_is(fixture.cgroup.fd, 1, fixture.progs, 1, "the chain is unchanged");
	free(long_text);
	free(long_path);
	fixture_free(&fixture);
	return done_testing();
}
