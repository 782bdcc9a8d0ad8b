/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/libbpf_log.h"

#include <bpf/libbpf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_LOG = 1 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned users;              /* threads between begin and end */
static libbpf_print_fn_t displaced; /* the print function before ours, during a call */

/*
 * If another part of the process installs a print function during a call of ours, it saves ours as
 * the previous one. If it restores ours later, it means the one that we had displaced.
 */
static libbpf_print_fn_t stands_for;

static _Thread_local struct libbpf_log *current;

__attribute__((format(printf, 2, 0))) static void libbpf_log_keep(struct libbpf_log *log,
								  const char *format, va_list args)
{
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length <= 0 || log->length + length >= LONGEST_LOG)
		return;
	if (log->length + length + 1 > log->capacity) {
		size_t capacity = (log->length + length + 1) * 2;
		char *text = realloc(log->text, capacity);

		if (!text)
			return;
		log->text = text;
		log->capacity = capacity;
	}
	log->length += vsnprintf(log->text + log->length, length + 1, format, args);
}

/* Lines are not classified by their words, which differ between the releases of libbpf. */
__attribute__((format(printf, 3, 0))) static void libbpf_log_take(struct libbpf_log *log,
								  enum libbpf_print_level level,
								  const char *format, va_list args)
{
	va_list again;

	if (!log->warned && level != LIBBPF_INFO) {
		va_copy(again, args);
		vsnprintf(log->reason, sizeof(log->reason), format, again);
		va_end(again);
		log->warned = level == LIBBPF_WARN;
	}
	if (level != LIBBPF_DEBUG)
		libbpf_log_keep(log, format, args);
}

__attribute__((format(printf, 2, 3))) static void libbpf_log_add(struct libbpf_log *log,
								 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	libbpf_log_keep(log, format, args);
	va_end(args);
}

__attribute__((format(printf, 2, 0))) static int libbpf_log_hook(enum libbpf_print_level level,
								 const char *format, va_list args)
{
	libbpf_print_fn_t other;

	if (current) {
		/* most lines are of this level */
		if (level != LIBBPF_DEBUG || current->debug)
			libbpf_log_take(current, level, format, args);
		return 0;
	}
	pthread_mutex_lock(&lock);
	other = users ? displaced : stands_for;
	pthread_mutex_unlock(&lock);
	return other ? other(level, format, args) : 0;
}

void libbpf_log_begin(struct libbpf_log *log)
{
	*log = (struct libbpf_log){ .outer = current };
	pthread_mutex_lock(&lock);
	if (users++ == 0) {
		libbpf_print_fn_t found = libbpf_set_print(libbpf_log_hook);

		displaced = found != libbpf_log_hook ? found : stands_for;
	}
	pthread_mutex_unlock(&lock);
	current = log;
}

char *libbpf_log_end(struct libbpf_log *log)
{
	current = log->outer;
	pthread_mutex_lock(&lock);
	if (--users == 0) {
		libbpf_print_fn_t found = libbpf_set_print(displaced);

		if (found != libbpf_log_hook) {
			stands_for = displaced;
			libbpf_set_print(found);
		}
	}
	pthread_mutex_unlock(&lock);
	if (!log->warned && *log->reason)
		libbpf_log_add(log, "%s", log->reason);
	return log->text;
}
