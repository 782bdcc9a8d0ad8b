/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"
#include "base/clock.h"
#include "json_record.h"
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_EVERY_MS = 100, LINE_EVERY_MS = 5000, BAR_MAX = 40, BAR_TEXT = 45 };

void progress_begin(struct progress *progress, const struct options *options)
{
	bool quiet = options->given & (OPTION_QUIET | OPTION_JSON | OPTION_EVENTS);

	*progress = (struct progress){
		.options = options,
		.events = options->given & OPTION_EVENTS,
		.bar = !quiet && isatty(STDERR_FILENO),
		.lines = !quiet && !isatty(STDERR_FILENO),
		.began_ms = clock_now_ms(),
	};
	progress->shown_ms = progress->began_ms;
}

/* ---- JSON lines ------------------------------------------------------------------------------ */

static void print_event(const cgswap_event *event)
{
	json_t *fields = json_object();
	bool ok = json_put_record(fields, &record_event, (struct record_place){ .h = event }, 0);

	json_print(json_wrap("event", json_finish(fields, ok)));
	fflush(stdout);
}

/* ---- a bar, or a line now and then ----------------------------------------------------------- */

static int terminal_width(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

/* The steps that the running direction has behind it. */
static size_t steps_passed(const struct progress *progress, const cgswap_event *event)
{
	if (progress->back)
		return progress->undone + progress->not_undone;
	return cgswap_event_get_done(event) + cgswap_event_get_gone(event);
}

static size_t steps_to_pass(const struct progress *progress, const cgswap_event *event)
{
	return progress->back ? cgswap_event_get_done(event) : cgswap_event_get_total(event);
}

static void write_rate(char *text, size_t size, const struct progress *progress, size_t passed,
		       size_t total)
{
	int64_t spent = clock_now_ms() - progress->began_ms;
	uint64_t rate = spent > 0 ? passed * 1000 / (uint64_t)spent : 0;
	uint64_t left = rate ? (total - passed) / rate : 0;

	if (!rate)
		snprintf(text, size, "%s", "");
	else
		snprintf(text, size, ", %" PRIu64 "/s, %" PRIu64 ":%02" PRIu64 " left", rate,
			 left / 60, left % 60);
}

static void draw_bar(struct progress *progress, size_t passed, size_t total)
{
	int width = terminal_width() - BAR_TEXT, filled;
	char rate[64];

	width = width < 0 ? 0 : width > BAR_MAX ? BAR_MAX : width;
	filled = total ? (int)(passed * (size_t)width / total) : width;
	write_rate(rate, sizeof(rate), progress, passed, total);
	fprintf(stderr, "\r\033[K%s[%.*s%*s] %zu of %zu%s", progress->back ? "putting back " : "",
		filled, "########################################", width - filled, "", passed,
		total, rate);
	fflush(stderr);
	progress->drawn = true;
}

static void print_line(struct progress *progress, const cgswap_event *event, size_t passed,
		       size_t total)
{
	char rate[64];

	write_rate(rate, sizeof(rate), progress, passed, total);
	report_print_prefix(progress->options);
	fprintf(stderr, "%s %zu of %zu%s; refused: %zu, gone: %zu\n",
		progress->back ? "put back" : "done", passed, total, rate,
		cgswap_event_get_refused(event), cgswap_event_get_gone(event));
}

static void show(struct progress *progress, const cgswap_event *event)
{
	size_t passed = steps_passed(progress, event), total = steps_to_pass(progress, event);
	int64_t now = clock_now_ms(), every = progress->bar ? BAR_EVERY_MS : LINE_EVERY_MS;

	if (passed > total)
		total = passed;
	if (now - progress->shown_ms < every && passed < total)
		return;
	/* a transaction that is done at once needs no line */
	if (progress->lines && now - progress->began_ms < every)
		return;
	progress->shown_ms = now;
	if (progress->bar)
		draw_bar(progress, passed, total);
	else
		print_line(progress, event, passed, total);
}

int progress_event(const cgswap_event *event, void *user)
{
	struct progress *progress = user;
	enum cgswap_event_kind kind = cgswap_event_get_kind(event);

	if (kind == CGSWAP_EVENT_UNDONE || kind == CGSWAP_EVENT_NOT_UNDONE) {
		if (!progress->back)
			progress->began_ms = clock_now_ms();
		progress->back = true;
		progress->undone += kind == CGSWAP_EVENT_UNDONE;
		progress->not_undone += kind == CGSWAP_EVENT_NOT_UNDONE;
	}
	if (progress->events)
		print_event(event);
	else if (progress->bar || progress->lines)
		show(progress, event);
	return 0;
}

void progress_end(struct progress *progress)
{
	if (!progress->drawn)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->drawn = false;
}
