/* SPDX-License-Identifier: BSD-2-Clause */
#include "error_report.h"
#include "commands.h"
#include "escape.h"
#include "json.h"

#include <stdio.h>
#include <unistd.h>

/* The end of a log says what was wrong; more of it does not help on a terminal. */
enum { LOG_LINES = 20 };

/* The parts of an error, of the library's or of one that the command found itself. */
struct report {
	enum cgswap_cause cause;
	int errnum;
	const char *operation;
	const char *message;
	const char *remedy;
	const char *log;
};

const char *error_operation(const struct options *options)
{
	return options->command ? options->command->name : "usage";
}

static struct report report_from_error(const struct options *options, const cgswap_error *error)
{
	struct report report = {
		.cause = cgswap_error_get_cause(error),
		.errnum = cgswap_error_get_errno(error),
		.operation = cgswap_error_get_operation(error),
		.message = cgswap_error_get_message(error),
		.remedy = cgswap_error_get_remedy(error),
		.log = cgswap_error_get_log(error),
	};

	if (!*report.operation)
		report.operation = error_operation(options);
	return report;
}

static enum exit_status report_exit_status(const struct report *report)
{
	if (cgswap_cause_get_status(report->cause) == CGSWAP_E_PARTIAL)
		return EXIT_CHANGED;
	return report->cause == CGSWAP_CAUSE_BAD_ARGUMENT ? EXIT_USAGE : EXIT_REFUSED;
}

/* The value of "error". */
static json_t *report_json(const struct report *report)
{
	enum cgswap_status status = cgswap_cause_get_status(report->cause);
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "status", json_text(cgswap_status_get_name(status)));
	ok &= json_put(o, "cause", json_text(cgswap_cause_get_name(report->cause)));
	ok &= json_put(o, "errno", json_text_or_null(cgswap_errno_get_name(report->errnum)));
	ok &= json_put(o, "operation", json_text(report->operation));
	ok &= json_put(o, "message", json_text(report->message));
	ok &= json_put(o, "remedy", json_text(report->remedy));
	ok &= json_put(o, "log", json_text(report->log));
	return json_finish(o, ok);
}

static void print_message_and_remedy(const char *message, const char *remedy)
{
	escape_print(stderr, message);
	if (*remedy) {
		fputs("; ", stderr);
		escape_print(stderr, remedy);
	}
	fputc('\n', stderr);
}

/* Prints `cgswap: OPERATION: MESSAGE; REMEDY` and the end of the log. */
static void report_print_text(const struct report *report)
{
	const char *cause = cgswap_cause_get_name(report->cause);

	fputs("cgswap: ", stderr);
	escape_print(stderr, report->operation);
	fputs(": ", stderr);
	print_message_and_remedy(report->message, report->remedy);
	escape_print_log(stderr, report->log, LOG_LINES, "    ");
	/* `cgswap explain` has nothing more to say of wrong usage */
	if (report->cause != CGSWAP_CAUSE_BAD_ARGUMENT && isatty(STDERR_FILENO))
		fprintf(stderr, "cgswap: cause: %s (see `cgswap explain %s`)\n", cause, cause);
}

static void report_print(const struct options *options, const struct report *report)
{
	if (!(options->given & OPTION_JSON)) {
		report_print_text(report);
		return;
	}
	if (json_print(json_wrap("error", report_json(report))))
		return;
	/* this needs no memory */
	printf("{\"error\": {\"status\": \"no_memory\", \"cause\": \"out_of_memory\", "
	       "\"errno\": null, \"operation\": \"%s\", \"message\": \"out of memory\", "
	       "\"remedy\": \"\", \"log\": \"\"}}\n",
	       error_operation(options));
}

enum exit_status error_report(const struct options *options, const cgswap_error *error)
{
	struct report report;

	if (!error)
		return error_no_memory(options, false);
	report = report_from_error(options, error);
	report_print(options, &report);
	return report_exit_status(&report);
}

enum exit_status error_report_last(const struct options *options)
{
	return error_report(options, cgswap_last_error());
}

enum exit_status error_usage(const struct options *options, const char *message, const char *remedy)
{
	struct report report = {
		.cause = CGSWAP_CAUSE_BAD_ARGUMENT,
		.operation = error_operation(options),
		.message = message,
		.remedy = remedy,
		.log = "",
	};

	report_print(options, &report);
	return EXIT_USAGE;
}

enum exit_status error_no_memory(const struct options *options, bool changed)
{
	struct report report = {
		.cause = CGSWAP_CAUSE_OUT_OF_MEMORY,
		.operation = error_operation(options),
		.message = "out of memory",
		.remedy = cgswap_cause_get_remedy(CGSWAP_CAUSE_OUT_OF_MEMORY),
		.log = "",
	};

	if (changed) {
		report.message = "the change was made, but there was no memory to tell of it";
		report.remedy = "look at the chain with `cgswap show`";
	}
	report_print(options, &report);
	return changed ? EXIT_CHANGED : EXIT_REFUSED;
}

enum exit_status error_after_change(const struct options *options, const cgswap_error *error,
				    json_t *done)
{
	struct report report;

	if (!error) {
		json_decref(done);
		return error_no_memory(options, true);
	}
	report = report_from_error(options, error);
	if (!(options->given & OPTION_JSON)) {
		report_print_text(&report);
		return EXIT_CHANGED;
	}
	done = json_finish(done, json_put(done, "error", report_json(&report)));
	return json_print(done) ? EXIT_CHANGED : error_no_memory(options, true);
}

void error_warn(const struct options *options, const char *missing, const cgswap_error *error)
{
	fprintf(stderr, "cgswap: %s: %s (%s): ", error_operation(options), missing,
		cgswap_cause_get_name(cgswap_error_get_cause(error)));
	print_message_and_remedy(cgswap_error_get_message(error), cgswap_error_get_remedy(error));
}
