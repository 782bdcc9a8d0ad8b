/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	error_clear();
	last.operation = operation;
}

void error_clear(void)
{
	if (last.cause == CGSWAP_CAUSE_NONE)
		return;
	if (last.log)
		error_drop_log();
	last.cause = CGSWAP_CAUSE_NONE;
	last.errnum = 0;
	last.message[0] = '\0';
	last.remedy[0] = '\0';
}

enum cgswap_status error_set(enum cgswap_cause cause, int errnum, const char *format, ...)
{
	char message[sizeof(last.message)];
	va_list args;

	/* the arguments may point into the error that is about to be overwritten */
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);

	if (last.log)
		error_drop_log();
	last.cause = cause;
	last.errnum = errnum;
	text_escape_controls(last.message, sizeof(last.message), message);
	snprintf(last.remedy, sizeof(last.remedy), "%s", cgswap_cause_get_remedy(cause));
	return cgswap_cause_get_status(cause);
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
	char message[sizeof(last.message)];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	return error_set(CGSWAP_CAUSE_BAD_ARGUMENT, 0, "%s", message);
}

void error_save(struct cgswap_error *saved)
{
	*saved = last;
	last.log = NULL;
	error_clear();
	if (saved->log)
		pthread_setspecific(log_key, NULL);
}

void error_restore(struct cgswap_error *saved)
{
	if (last.log)
		error_drop_log();
	last = *saved;
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
	*copy = last;
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
	return error ? error->message : "";
}

const char *cgswap_error_get_remedy(const cgswap_error *error)
{
	return error ? error->remedy : "";
}

const char *cgswap_error_get_log(const cgswap_error *error)
{
	return error && error->log ? error->log : "";
}
