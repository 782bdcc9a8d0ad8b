/* SPDX-License-Identifier: BSD-2-Clause */
#include "libbpf_log.h"

#include <bpf/libbpf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { LONGEST_LOG = 1 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned users;              /* threads between begin and end */
static libbpf_print_fn_t displaced; /* the hook that was there before ours */

static _Thread_local struct libbpf_log *current;

__attribute__((format(printf, 2, 0)))
static void keep(struct libbpf_log *log, const char *format, va_list args)
{
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length <= 0 || log->length + length >= LONGEST_LOG)
		return;
	if (log->length + length + 1 > log->room) {
		size_t room = (log->length + length + 1) * 2;
		char *text = realloc(log->text, room);

		if (!text)
			return;
		log->text = text;
		log->room = room;
	}
	log->length += vsnprintf(log->text + log->length, length + 1, format, args);
}

__attribute__((format(printf, 2, 0)))
static int hook(enum libbpf_print_level level, const char *format, va_list args)
{
	libbpf_print_fn_t other;

	if (current) {
		if (level != LIBBPF_DEBUG)
			keep(current, format, args);
		return 0;
	}
	pthread_mutex_lock(&lock);
	other = displaced;
	pthread_mutex_unlock(&lock);
	return other ? other(level, format, args) : 0;
}

void libbpf_log_begin(struct libbpf_log *log)
{
	*log = (struct libbpf_log){ .outer = current };
	pthread_mutex_lock(&lock);
	if (users++ == 0)
		displaced = libbpf_set_print(hook);
	pthread_mutex_unlock(&lock);
	current = log;
}

char *libbpf_log_end(struct libbpf_log *log)
{
	current = log->outer;
	pthread_mutex_lock(&lock);
	if (--users == 0) {
		libbpf_print_fn_t found = libbpf_set_print(displaced);

		/* somebody set a hook of their own meanwhile: it is the newer wish */
		if (found != hook)
			libbpf_set_print(found);
	}
	pthread_mutex_unlock(&lock);
	return log->text;
}
