/* SPDX-License-Identifier: BSD-2-Clause */
#include "expect.h"

#include "error_details.h"
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void diag_error(const cgswap_error *error)
{
	diag("status:    %s\ncause:     %s\nerrno:     %s\noperation: %s\nmessage:   %s\n"
	     "remedy:    %s",
	     cgswap_status_get_name(cgswap_error_get_status(error)),
	     cgswap_cause_get_name(cgswap_error_get_cause(error)),
	     cgswap_errno_get_name(cgswap_error_get_errno(error)),
	     cgswap_error_get_operation(error), cgswap_error_get_message(error),
	     cgswap_error_get_remedy(error));
}

static bool one_line(const char *text)
{
	return text && *text && !strchr(text, '\n');
}

static bool is_refusal(enum cgswap_status got, enum cgswap_cause cause, const cgswap_error *error)
{
	bool good = true;

	if (got != cgswap_cause_get_status(cause)) {
		diag("returned %s, wanted %s", cgswap_status_get_name(got),
		     cgswap_status_get_name(cgswap_cause_get_status(cause)));
		good = false;
	}
	if (cgswap_error_get_cause(error) != cause || cgswap_error_get_status(error) != got) {
		diag("wanted the cause %s", cgswap_cause_get_name(cause));
		good = false;
	}
	if (!one_line(cgswap_error_get_message(error)) ||
	    !one_line(cgswap_error_get_remedy(error)) ||
	    !one_line(cgswap_error_get_operation(error))) {
		diag("message, remedy and operation must be one line each");
		good = false;
	}
	return error_details_agree(error) && good;
}

bool expect_refusal(enum cgswap_status got, enum cgswap_cause cause,
		    const struct descriptors *before, const char *name, ...)
{
	const cgswap_error *error = cgswap_last_error();
	bool good = is_refusal(got, cause, error);
	char line[512];
	va_list args;

	if (!good)
		diag_error(error);
	else
		diag("said: %s: %s; %s", cgswap_error_get_operation(error),
		     cgswap_error_get_message(error), cgswap_error_get_remedy(error));
	if (before && !descriptors_same(before))
		good = false;
	va_start(args, name);
	vsnprintf(line, sizeof(line), name, args);
	va_end(args);
	return ok(good, "%s: %s", cgswap_cause_get_name(cause), line);
}

bool expect_ok(enum cgswap_status got, const char *name, ...)
{
	const cgswap_error *error = cgswap_last_error();
	bool good = got == CGSWAP_OK && cgswap_error_get_status(error) == CGSWAP_OK &&
		    cgswap_error_get_cause(error) == CGSWAP_CAUSE_NONE;
	char line[512];
	va_list args;

	if (!good)
		diag_error(error);
	va_start(args, name);
	vsnprintf(line, sizeof(line), name, args);
	va_end(args);
	return ok(good, "%s", line);
}

bool expect_message(const char *part)
{
	return has_str(cgswap_error_get_message(cgswap_last_error()), part,
		       "the message contains '%s'", part);
}
