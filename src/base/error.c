/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

static _Thread_local struct cgswap_error last;

/* A log is the only part of an error that is allocated; the key frees it when its thread ends. */
static pthread_key_t log_key;
static pthread_once_t log_key_once = PTHREAD_ONCE_INIT;
static bool log_key_made;

/* A later destructor of the thread may call the library again: it must not find this log. */
static void error_free_log(void *log)
{
	free(log);
	last.log = NULL;
}

static void error_make_log_key(void)
{
	log_key_made = pthread_key_create(&log_key, error_free_log) == 0;
}

static void error_drop_log(void)
{
	free(last.log);
	last.log = NULL;
	pthread_setspecific(log_key, NULL);
}

void error_begin(const char *operation)
{
	last.operation = operation;
	if (last.cause != CGSWAP_CAUSE_NONE)
		error_clear();
}

void error_clear(void)
{
	if (last.cause == CGSWAP_CAUSE_NONE)
		return;
	if (last.log)
		error_drop_log();
	last.cause = CGSWAP_CAUSE_NONE;
	last.errnum = 0;
	last.remedy[0] = '\0';
	error_text_clear(&last.text);
}

enum cgswap_status error_set_text(enum cgswap_cause cause, int errnum,
				  const struct error_text *text)
{
	if (last.log)
		error_drop_log();
	last.cause = cause;
	last.errnum = errnum ? errnum : cause_errno(cause);
	error_text_copy(&last.text, text);
	snprintf(last.remedy, sizeof(last.remedy), "%s", cgswap_cause_get_remedy(cause));
	return cgswap_cause_get_status(cause);
}

enum cgswap_status error_set(enum cgswap_cause cause, int errnum, const char *format, ...)
{
	/* the arguments may point into the error that is about to be overwritten */
	struct error_text text;
	va_list args;

	va_start(args, format);
	error_text_format(&text, format, args);
	va_end(args);
	return error_set_text(cause, errnum, &text);
}

void error_remedy(const char *format, ...)
{
	char remedy[sizeof(last.remedy)];
	va_list args;

	va_start(args, format);
	vsnprintf(remedy, sizeof(remedy), format, args);
	va_end(args);
	text_escape_controls(last.remedy, sizeof(last.remedy), remedy);
}

void error_take_log(char *log)
{
	pthread_once(&log_key_once, error_make_log_key);
	if (!log || !log_key_made) {
		free(log);
		return;
	}
	free(last.log);
	last.log = log;
	pthread_setspecific(log_key, log);
}

bool error_is_exhaustion(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE;
}

enum cgswap_status error_no_memory(void)
{
	return error_set(CGSWAP_CAUSE_OUT_OF_MEMORY, 0, "out of memory");
}

enum cgswap_status error_bad_argument(const char *format, ...)
{
	struct error_text text;
	va_list args;

	va_start(args, format);
	error_text_format(&text, format, args);
	va_end(args);
	return error_set_text(CGSWAP_CAUSE_BAD_ARGUMENT, 0, &text);
}

/* Copies only the used part of the text, which is a small one. The log is not duplicated. */
static void error_copy(struct cgswap_error *to, const struct cgswap_error *from)
{
	to->cause = from->cause;
	to->errnum = from->errnum;
	to->operation = from->operation;
	to->log = from->log;
	strcpy(to->remedy, from->remedy);
	error_text_copy(&to->text, &from->text);
}

void error_save(struct cgswap_error *saved)
{
	error_copy(saved, &last);
	last.log = NULL;
	error_clear();
	if (saved->log)
		pthread_setspecific(log_key, NULL);
}

void error_restore(struct cgswap_error *saved)
{
	if (last.log)
		error_drop_log();
	error_copy(&last, saved);
	if (last.log)
		pthread_setspecific(log_key, last.log);
}

const cgswap_error *cgswap_last_error(void)
{
	return &last;
}

cgswap_error *cgswap_error_dup(void)
{
	struct cgswap_error *copy = malloc(sizeof(*copy));

	if (!copy)
		return NULL;
	error_copy(copy, &last);
	if (!last.log)
		return copy;
	copy->log = strdup(last.log);
	if (!copy->log) {
		free(copy);
		return NULL;
	}
	return copy;
}

void cgswap_error_free(cgswap_error *error)
{
	if (!error || error == &last)
		return;
	free(error->log);
	free(error);
}

enum cgswap_status cgswap_error_get_status(const cgswap_error *error)
{
	return error ? cgswap_cause_get_status(error->cause) : CGSWAP_OK;
}

enum cgswap_cause cgswap_error_get_cause(const cgswap_error *error)
{
	return error ? error->cause : CGSWAP_CAUSE_NONE;
}

int cgswap_error_get_errno(const cgswap_error *error)
{
	return error ? error->errnum : 0;
}

const char *cgswap_error_get_operation(const cgswap_error *error)
{
	return error && error->cause && error->operation ? error->operation : "";
}

const char *cgswap_error_get_message(const cgswap_error *error)
{
	return error ? error->text.message : "";
}

const char *cgswap_error_get_remedy(const cgswap_error *error)
{
	return error ? error->remedy : "";
}

const char *cgswap_error_get_log(const cgswap_error *error)
{
	return error && error->log ? error->log : "";
}

size_t cgswap_error_get_detail_count(const cgswap_error *error)
{
	return error ? error->text.detail_count : 0;
}

const char *cgswap_error_get_detail_name(const cgswap_error *error, size_t index)
{
	return error ? error_text_detail_name(&error->text, index) : "";
}

const char *cgswap_error_get_detail_text(const cgswap_error *error, size_t index)
{
	return error ? error_text_detail_value(&error->text, index) : "";
}

uint64_t cgswap_error_get_detail_number(const cgswap_error *error, size_t index)
{
	uint64_t number;

	return number_parse(cgswap_error_get_detail_text(error, index), UINT64_MAX, &number)
		       ? number
		       : 0;
}

bool cgswap_error_get_detail_is_number(const cgswap_error *error, size_t index)
{
	return error && error_text_detail_is_number(&error->text, index);
}
