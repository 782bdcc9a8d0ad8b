/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096, EXIT_BAIL = 99 };

static unsigned planned;
static unsigned checks;
static unsigned failures;

void plan(unsigned count)
{
	planned = count;
	printf("1..%u\n", count);
	fflush(stdout);
}

int done_testing(void)
{
	if (!planned)
		printf("1..%u\n", checks);
	else if (planned != checks)
		diag("%u checks were planned, %u were made", planned, checks);
	if (!checks)
		diag("no check was made");
	if (failures)
		diag("%u of %u checks failed", failures, checks);
	fflush(stdout);
	return failures || !checks || (planned && planned != checks);
}

/* A newline or a # in a name would change the meaning of the line. */
static void print_name(const char *name, va_list args)
{
	char line[LINE];

	vsnprintf(line, sizeof(line), name, args);
	for (char *c = line; *c; c++)
		putchar(*c == '\n' || *c == '#' ? ' ' : *c);
}

static bool vok(bool passed, const char *name, va_list args)
{
	checks++;
	failures += !passed;
	printf("%sok %u - ", passed ? "" : "not ", checks);
	print_name(name, args);
	putchar('\n');
	fflush(stdout);
	return passed;
}

bool ok(bool passed, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	vok(passed, name, args);
	va_end(args);
	return passed;
}

bool is_int(long long got, long long wanted, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	vok(got == wanted, name, args);
	va_end(args);
	if (got != wanted)
		diag("     got: %lld\n  wanted: %lld", got, wanted);
	return got == wanted;
}

static void diag_strings(const char *got, const char *label, const char *wanted)
{
	diag("     got: %s%s%s", got ? "'" : "", got ? got : "NULL", got ? "'" : "");
	diag("%8s: %s%s%s", label, wanted ? "'" : "", wanted ? wanted : "NULL", wanted ? "'" : "");
}

bool is_str(const char *got, const char *wanted, const char *name, ...)
{
	bool same = got && wanted ? !strcmp(got, wanted) : got == wanted;
	va_list args;

	va_start(args, name);
	vok(same, name, args);
	va_end(args);
	if (!same)
		diag_strings(got, "wanted", wanted);
	return same;
}

bool has_str(const char *got, const char *part, const char *name, ...)
{
	bool there = got && strstr(got, part);
	va_list args;

	va_start(args, name);
	vok(there, name, args);
	va_end(args);
	if (!there)
		diag_strings(got, "wanted", part);
	return there;
}

void skip(const char *why, ...)
{
	va_list args;

	checks++;
	printf("ok %u # SKIP ", checks);
	va_start(args, why);
	print_name(why, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

void skip_all(const char *why, ...)
{
	va_list args;

	printf("1..0 # SKIP ");
	va_start(args, why);
	print_name(why, args);
	va_end(args);
	putchar('\n');
	exit(0);
}

void bail_out(const char *why, ...)
{
	va_list args;

	printf("Bail out! ");
	va_start(args, why);
	print_name(why, args);
	va_end(args);
	putchar('\n');
	exit(EXIT_BAIL);
}

void diag(const char *text, ...)
{
	char lines[LINE];
	va_list args;

	va_start(args, text);
	vsnprintf(lines, sizeof(lines), text, args);
	va_end(args);
	for (const char *at = lines; *at;) {
		size_t length = strcspn(at, "\n");

		printf("# %.*s\n", (int)length, at);
		at += length + (at[length] == '\n');
	}
	fflush(stdout);
}

unsigned tap_made(void)
{
	return checks;
}

unsigned tap_failed(void)
{
	return failures;
}

void tap_add(unsigned made, unsigned failed)
{
	checks += made;
	failures += failed;
}
