/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"
#include "commands.h"
#include "escape.h"
#include "json.h"
#include "report_line.h"
#include "table.h"

#include "abi/fields.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* The error is at the end of a log; more of it does not help on a terminal. */
enum { LOG_LINES = 20 };

/* The parts of an error of the library or of the command itself. */
struct report {
	enum cgswap_cause cause;
	int errnum;
	const char *operation;
	const char *message;
	const char *remedy;
	const char *log;
	const cgswap_error *error; /* NULL: the command's own */
};

/* The operation in JSON, where the library has none. */
static const char *report_operation(const struct options *options)
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
		.error = error,
	};

	if (!*report.operation)
		report.operation = report_operation(options);
	return report;
}

static enum exit_status report_exit_status(const struct report *report)
{
	if (cgswap_cause_get_status(report->cause) == CGSWAP_E_PARTIAL)
		return EXIT_CHANGED;
	return report->cause == CGSWAP_CAUSE_BAD_ARGUMENT ||
			       report->cause == CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN
		       ? EXIT_USAGE
		       : EXIT_REFUSED;
}

static json_t *report_detail_json(const cgswap_error *error, size_t i)
{
	if (cgswap_error_get_detail_is_number(error, i))
		return json_number(cgswap_error_get_detail_number(error, i));
	return json_text(cgswap_error_get_detail_text(error, i));
}

static bool report_put_detail(json_t *o, const char *name, const cgswap_error *error, size_t i)
{
	if (json_object_get(o, name)) /* the first one is shown */
		return true;
	if (!cgswap_error_get_detail_is_number(error, i))
		return json_put_name(o, name, cgswap_error_get_detail_text(error, i));
	return json_put(o, name, report_detail_json(error, i));
}

/* The value of "details". */
static json_t *report_details_json(const cgswap_error *error)
{
	json_t *o = json_object();
	bool ok = true;

	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++) {
		const char *name = cgswap_error_get_detail_name(error, i);

		if (!detail_is_list(name)) {
			ok &= report_put_detail(o, name, error, i);
			continue;
		}
		if (!json_object_get(o, name))
			ok &= json_put(o, name, json_array());
		ok &= json_add(json_object_get(o, name), report_detail_json(error, i));
	}
	return json_finish(o, ok);
}

/* The value of "error". */
static json_t *report_json(const struct report *report)
{
	enum cgswap_status status = cgswap_cause_get_status(report->cause);
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "status", json_text(cgswap_status_get_name(status)));
	ok &= json_put(o, "cause", json_text(cgswap_cause_get_name(report->cause)));
	ok &= json_put(o, "errno", json_text(cgswap_errno_get_name(report->errnum)));
	ok &= json_put(o, "operation", json_text(report->operation));
	ok &= json_put(o, "message", json_text(report->message));
	ok &= json_put(o, "remedy", json_text(report->remedy));
	ok &= json_put(o, "details", report_details_json(report->error));
	ok &= json_put(o, "log", json_text(report->log));
	return json_finish(o, ok);
}

static void report_print_text(const struct options *options, const struct report *report)
{
	const char *cause = cgswap_cause_get_name(report->cause);

	report_line(options, "%s", report->message);
	escape_print_log(stderr, report->log, LOG_LINES, "    ");
	report_hint(report->remedy);
	/* `cgswap explain` adds nothing for wrong usage */
	if (report->cause != CGSWAP_CAUSE_BAD_ARGUMENT && isatty(STDERR_FILENO))
		report_cause(cause);
}

static void report_print(const struct options *options, const struct report *report)
{
	if (!(options->given & OPTION_JSON)) {
		report_print_text(options, report);
		return;
	}
	if (json_print(json_wrap("error", report_json(report))))
		return;
	/* this allocates nothing */
	printf("{\"error\": {\"status\": \"no_memory\", \"cause\": \"out_of_memory\", "
	       "\"errno\": \"ENOMEM\", \"operation\": \"%s\", \"message\": \"out of memory\", "
	       "\"remedy\": \"\", \"details\": {}, \"log\": \"\"}}\n",
	       report_operation(options));
}

enum exit_status report_error(const struct options *options, const cgswap_error *error)
{
	struct report report;

	if (!error)
		return report_no_memory(options, false);
	report = report_from_error(options, error);
	report_print(options, &report);
	return report_exit_status(&report);
}

/* Prints it as JSON, with another member; this takes the value. */
static enum exit_status report_json_with(const struct options *options, const struct report *report,
					 const char *key, json_t *value)
{
	json_t *o = json_wrap("error", report_json(report));

	if (!json_print(json_finish(o, json_put(o, key, value))))
		return report_no_memory(options, false);
	return report_exit_status(report);
}

enum exit_status report_error_with(const struct options *options, const cgswap_error *error,
				   const char *key, json_t *value)
{
	struct report report;

	if (!error || !value || !(options->given & OPTION_JSON)) {
		json_decref(value);
		return report_error(options, error);
	}
	report = report_from_error(options, error);
	return report_json_with(options, &report, key, value);
}

enum exit_status report_last_error(const struct options *options)
{
	return report_error(options, cgswap_last_error());
}

enum exit_status report_refusal_with(const struct options *options, enum cgswap_cause cause,
				     int errnum, const char *message, const char *remedy,
				     const char *key, json_t *value)
{
	struct report report = {
		.cause = cause,
		.errnum = errnum,
		.operation = report_operation(options),
		.message = message,
		.remedy = remedy,
		.log = "",
	};

	if (value)
		return report_json_with(options, &report, key, value);
	report_print(options, &report);
	return report_exit_status(&report);
}

enum exit_status report_refusal(const struct options *options, enum cgswap_cause cause, int errnum,
				const char *message, const char *remedy)
{
	return report_refusal_with(options, cause, errnum, message, remedy, NULL, NULL);
}

enum exit_status report_usage(const struct options *options, const char *message,
			      const char *remedy)
{
	return report_refusal(options, CGSWAP_CAUSE_BAD_ARGUMENT, EINVAL, message, remedy);
}

enum exit_status report_no_memory(const struct options *options, bool changed)
{
	struct report report = {
		.cause = CGSWAP_CAUSE_OUT_OF_MEMORY,
		.errnum = ENOMEM,
		.operation = report_operation(options),
		.message = "out of memory",
		.remedy = cgswap_cause_get_remedy(CGSWAP_CAUSE_OUT_OF_MEMORY),
		.log = "",
	};

	if (changed) {
		report.message = "the change was made, but there was no memory to report it";
		report.remedy = "run `cgswap show` to see the chain";
	}
	report_print(options, &report);
	return changed ? EXIT_CHANGED : EXIT_REFUSED;
}

/* Prints an error beside an object. */
static enum exit_status report_beside(const struct options *options, const cgswap_error *error,
				      json_t *object, enum exit_status status)
{
	bool changed = status == EXIT_CHANGED;
	struct report report;

	if (!error) {
		json_decref(object);
		return report_no_memory(options, changed);
	}
	report = report_from_error(options, error);
	if (!(options->given & OPTION_JSON)) {
		report_print_text(options, &report);
		return status;
	}
	object = json_finish(object, json_put(object, "error", report_json(&report)));
	return json_print(object) ? status : report_no_memory(options, changed);
}

enum exit_status report_error_after_change(const struct options *options, const cgswap_error *error,
					   json_t *done)
{
	return report_beside(options, error, done, EXIT_CHANGED);
}

enum exit_status report_incomplete(const struct options *options, const cgswap_error *error,
				   json_t *listing)
{
	return report_beside(options, error, listing, EXIT_REFUSED);
}

void report_warning(const struct options *options, const char *missing, const cgswap_error *error)
{
	report_line(options, "%s (%s): %s", missing,
		    cgswap_cause_get_name(cgswap_error_get_cause(error)),
		    cgswap_error_get_message(error));
	report_hint(cgswap_error_get_remedy(error));
}

void report_uncertain(const struct options *options)
{
	report_line(options,
		    "a cgroup above this cgroup namespace may forbid the change, or the preorder "
		    "flag of the entry beside it, which a dry run cannot find out");
}

void report_uncertain_steps(const struct options *options, const cgswap_replace *replace)
{
	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++)
		if (!cgswap_step_get_certain(cgswap_replace_get_step(replace, i))) {
			report_uncertain(options);
			return;
		}
}

void report_sentence(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	table_print_sentence(format, args);
	va_end(args);
}
