/* SPDX-License-Identifier: BSD-2-Clause */
#include "report_line.h"
#include "commands.h"
#include "escape.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80 };

int report_columns(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return columns && atoi(columns) > 0 ? atoi(columns) : USUAL_COLUMNS;
}

/* Without memory for a copy the text is printed as one line. */
static void report_print_line(const char *before, const char *name, const char *text)
{
	char *escaped, *line = NULL;

	escaped = isatty(STDERR_FILENO) ? escape_text(text) : NULL;
	if (escaped && asprintf(&line, "cgswap: %s%s%s", before, name, escaped) >= 0) {
		escape_wrap_outside_quotes(line, (size_t)report_columns());
		fprintf(stderr, "%s\n", line);
		free(line);
	} else {
		fprintf(stderr, "cgswap: %s%s", before, name);
		escape_print(stderr, text);
		fputc('\n', stderr);
	}
	free(escaped);
}

void report_line(const struct options *options, const char *format, ...)
{
	const char *command = options->command ? options->command->name : "";
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	report_print_line(command, *command ? ": " : "", text ? text : format);
	free(text);
}

void report_hint(const char *text)
{
	if (*text)
		report_print_line("hint: ", "", text);
}

void report_cause(const char *name)
{
	char text[160];

	snprintf(text, sizeof(text), "%s (see `cgswap explain %s`)", name, name);
	report_print_line("cause: ", "", text);
}
