/* SPDX-License-Identifier: BSD-2-Clause */
#include "error_report.h"
#include "json.h"
#include "escape.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* So much of a log helps on a terminal: its end says what was wrong. */
enum { LOG_LINES = 20 };

struct refusal {
	enum cgswap_cause cause;
	int errnum;
	const char *operation;
	const char *message;
	const char *remedy;
	const char *log;
};

static const char *operation_of(const struct options *options)
{
	return options->command ? options->command->name : "usage";
}

/* The object that "error" is. */
static json_t *json_refusal(const struct refusal *refusal)
{
	enum cgswap_status status = cgswap_cause_get_status(refusal->cause);
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "status", json_text(cgswap_status_get_name(status)));
	ok &= json_put(o, "cause", json_text(cgswap_cause_get_name(refusal->cause)));
	ok &= json_put(o, "errno", json_text_or_null(cgswap_errno_get_name(refusal->errnum)));
	ok &= json_put(o, "operation", json_text(refusal->operation));
	ok &= json_put(o, "message", json_text(refusal->message));
	ok &= json_put(o, "remedy", json_text(refusal->remedy));
	ok &= json_put(o, "log", json_text(refusal->log));
	return json_all(o, ok);
}

/* Prints `cgswap: OPERATION: MESSAGE; REMEDY` and the end of the log. */
static void print_refusal(const struct refusal *refusal)
{
	fputs("cgswap: ", stderr);
	plain_print(stderr, refusal->operation);
	fputs(": ", stderr);
	plain_print(stderr, refusal->message);
	if (*refusal->remedy) {
		fputs("; ", stderr);
		plain_print(stderr, refusal->remedy);
	}
	fputc('\n', stderr);
	plain_print_log(stderr, refusal->log, LOG_LINES, "    ");
	/* somebody who reads along is told where to read on; of wrong usage there is no more */
	if (refusal->cause != CGSWAP_CAUSE_BAD_ARGUMENT && isatty(STDERR_FILENO))
		fprintf(stderr, "cgswap: cause: %s (see `cgswap explain %s`)\n",
			cgswap_cause_get_name(refusal->cause),
			cgswap_cause_get_name(refusal->cause));
}

static void tell(const struct options *options, const struct refusal *refusal)
{
	if (!(options->given & OPTION_JSON)) {
		print_refusal(refusal);
		return;
	}
	if (json_print(json_wrap("error", json_refusal(refusal))))
		return;
	/* without memory for the object this much can still be said */
	printf("{\"error\": {\"status\": \"no_memory\", \"cause\": \"out_of_memory\", "
	       "\"errno\": null, \"operation\": \"%s\", \"message\": \"out of memory\", "
	       "\"remedy\": \"\", \"log\": \"\"}}\n",
	       operation_of(options));
}

static enum exit_status exit_status_of(enum cgswap_cause cause)
{
	if (cgswap_cause_get_status(cause) == CGSWAP_E_PARTIAL)
		return EXIT_CHANGED;
	return cause == CGSWAP_CAUSE_BAD_ARGUMENT ? EXIT_USAGE : EXIT_REFUSED;
}

static struct refusal refusal_of(const struct options *options, const cgswap_error *error)
{
	struct refusal refusal = {
		.cause = cgswap_error_get_cause(error),
		.errnum = cgswap_error_get_errno(error),
		.operation = cgswap_error_get_operation(error),
		.message = cgswap_error_get_message(error),
		.remedy = cgswap_error_get_remedy(error),
		.log = cgswap_error_get_log(error),
	};

	if (!*refusal.operation)
		refusal.operation = operation_of(options);
	return refusal;
}

enum exit_status refuse(const struct options *options, const cgswap_error *error)
{
	struct refusal refusal;

	if (!error)
		return refuse_memory(options, false);
	refusal = refusal_of(options, error);
	tell(options, &refusal);
	return exit_status_of(refusal.cause);
}

enum exit_status refuse_last(const struct options *options)
{
	return refuse(options, cgswap_last_error());
}

enum exit_status refuse_usage(const struct options *options, const char *message,
			      const char *remedy)
{
	struct refusal refusal = {
		.cause = CGSWAP_CAUSE_BAD_ARGUMENT,
		.operation = operation_of(options),
		.message = message,
		.remedy = remedy,
		.log = "",
	};

	tell(options, &refusal);
	return EXIT_USAGE;
}

enum exit_status refuse_memory(const struct options *options, bool changed)
{
	struct refusal refusal = {
		.cause = CGSWAP_CAUSE_OUT_OF_MEMORY,
		.operation = operation_of(options),
		.message = "out of memory",
		.remedy = cgswap_cause_get_remedy(CGSWAP_CAUSE_OUT_OF_MEMORY),
		.log = "",
	};

	if (changed) {
		refusal.message = "the change was made, but there was no memory to tell of it";
		refusal.remedy = "look at the chain with `cgswap show`";
	}
	tell(options, &refusal);
	return changed ? EXIT_CHANGED : EXIT_REFUSED;
}

enum exit_status refuse_after(const struct options *options, const cgswap_error *error,
			      json_t *done)
{
	struct refusal refusal;

	if (!error) {
		json_decref(done);
		return refuse_memory(options, true);
	}
	refusal = refusal_of(options, error);
	if (!(options->given & OPTION_JSON)) {
		tell(options, &refusal);
		return EXIT_CHANGED;
	}
	if (json_put(done, "error", json_refusal(&refusal)) && json_print(json_incref(done))) {
		json_decref(done);
		return EXIT_CHANGED;
	}
	json_decref(done);
	return refuse_memory(options, true);
}

void note(const struct options *options, const char *what, const cgswap_error *error)
{
	fprintf(stderr, "cgswap: %s: %s (%s): ", operation_of(options), what,
		cgswap_cause_get_name(cgswap_error_get_cause(error)));
	plain_print(stderr, cgswap_error_get_message(error));
	if (*cgswap_error_get_remedy(error)) {
		fputs("; ", stderr);
		plain_print(stderr, cgswap_error_get_remedy(error));
	}
	fputc('\n', stderr);
}

enum exit_status finish_output(const struct options *options, enum exit_status status)
{
	bool changed = options->command && options->command->changes &&
		       !(options->given & (OPTION_HELP | OPTION_DRY_RUN)) && status == EXIT_DONE;
	bool failed;
	int errnum;

	failed = ferror(stdout) != 0;
	errno = 0;
	if (fclose(stdout) != 0)
		failed = true;
	errnum = errno;
	if (!failed)
		return status;
	fprintf(stderr, "cgswap: %s: cannot write to standard output%s%s%s\n",
		operation_of(options), errnum ? ": " : "", errnum ? strerror(errnum) : "",
		changed ? "; the change was made" : "");
	if (status != EXIT_DONE)
		return status;
	return changed ? EXIT_CHANGED : EXIT_REFUSED;
}
