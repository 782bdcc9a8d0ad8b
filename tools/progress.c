/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"
#include "base/clock.h"
#include "json_record.h"
#include "report_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR_EVERY_MS = 100, LINE_EVERY_MS = 5000, BAR_LEAST = 10, BAR_MAX = 40, BAR_TEXT = 45 };

void progress_begin(struct progress *progress, const struct options *options)
{
	bool quiet = options->given & (OPTION_QUIET | OPTION_JSON | OPTION_EVENTS);
	int64_t now = clock_now_ms();

	*progress = (struct progress){
		.options = options,
		.events = options->given & OPTION_EVENTS,
		.bar = !quiet && isatty(STDERR_FILENO),
		.lines = !quiet && !isatty(STDERR_FILENO),
		.first_ms = now,
		.began_ms = now,
		.shown_ms = now,
	};
}

/* ---- JSON lines ------------------------------------------------------------------------------ */

static void print_event(const struct progress *progress, const cgswap_event *event)
{
	json_t *fields = json_object();
	bool ok = json_put_record(fields, &record_event, (struct record_place){ .h = event }, 0);

	ok &= json_put(fields, "time_ms",
		       json_number((uint64_t)(clock_now_ms() - progress->first_ms)));
	json_print(json_wrap("event", json_finish(fields, ok)));
	fflush(stdout);
}

/* ---- a bar, or a line now and then ----------------------------------------------------------- */

/* The steps that the phase has behind it. */
static size_t steps_passed(const struct progress *progress, const cgswap_event *event)
{
	if (progress->phase != PROGRESS_DOING)
		return progress->passed;
	return cgswap_event_get_done(event) + cgswap_event_get_gone(event);
}

static size_t steps_to_pass(const struct progress *progress, const cgswap_event *event)
{
	return progress->phase == PROGRESS_BACK ? cgswap_event_get_done(event)
						: cgswap_event_get_total(event);
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

/* remark: behind the numbers */
static void draw_bar(struct progress *progress, size_t passed, size_t total, const char *remark)
{
	static const char *const doing[] = { "checking ", "", "putting back " };
	const char *before = doing[progress->phase];
	int columns = report_columns() - 1, width, filled, others;
	char text[160], bar[128] = "";

	snprintf(text, sizeof(text), "%zu of %zu%s", passed, total, remark);
	others = (int)(strlen(before) + strlen("[] ") + strlen(text));
	width = columns - (others < BAR_TEXT ? BAR_TEXT : others);
	width = width > BAR_MAX ? BAR_MAX : width;
	filled = total ? (int)(passed * (size_t)width / total) : width;
	if (width >= BAR_LEAST)
		snprintf(bar, sizeof(bar), "[%.*s%*s] ", filled,
			 "########################################", width - filled, "");
	/* a line that is wrapped could not be erased */
	fprintf(stderr, "\r\033[K%s%s%.*s", before, bar,
		columns - (int)(strlen(before) + strlen(bar)), text);
	fflush(stderr);
	progress->drawn = true;
}

static void print_line(struct progress *progress, const cgswap_event *event, size_t passed,
		       size_t total, const char *remark)
{
	static const char *const done[] = { "checked", "done", "put back" };
	size_t refused = cgswap_event_get_refused(event), gone = cgswap_event_get_gone(event);
	char others[80] = "";

	if (refused || gone)
		snprintf(others, sizeof(others), "; refused: %zu, gone: %zu", refused, gone);
	report_line(progress->options, "%s %zu of %zu%s%s", done[progress->phase], passed, total,
		    remark, others);
}

static void show(struct progress *progress, const cgswap_event *event)
{
	size_t passed = steps_passed(progress, event), total = steps_to_pass(progress, event);
	int64_t now = clock_now_ms(), every = progress->bar ? BAR_EVERY_MS : LINE_EVERY_MS;
	char rate[64];

	if (passed > total)
		total = passed;
	if (now - progress->shown_ms < every && passed < total)
		return;
	/* a transaction that is done at once needs no line */
	if (progress->lines && now - progress->first_ms < every)
		return;
	progress->shown_ms = now;
	write_rate(rate, sizeof(rate), progress, passed, total);
	if (progress->bar)
		draw_bar(progress, passed, total, rate);
	else
		print_line(progress, event, passed, total, rate);
}

/* No step comes for a while, so this says why. */
static void show_wave(struct progress *progress, const cgswap_event *event)
{
	const struct options *options = progress->options;
	size_t wave = cgswap_event_get_wave(event);
	size_t passed = steps_passed(progress, event), total = steps_to_pass(progress, event);
	char remark[80] = "";

	if (cgswap_event_get_kind(event) == CGSWAP_EVENT_UNHEALTHY)
		snprintf(remark, sizeof(remark), "; wave %zu: the health check says no", wave);
	else if (wave == 1 && options->soak_ms > 0)
		snprintf(remark, sizeof(remark), "; wave 1: waits for %d.%d s",
			 options->soak_ms / 1000, options->soak_ms / 100 % 10);
	else if (options->check)
		snprintf(remark, sizeof(remark), "; wave %zu: health check", wave);
	if (progress->bar)
		draw_bar(progress, passed, total, remark);
	else
		print_line(progress, event, passed, total, remark);
	progress->shown_ms = clock_now_ms();
}

static enum progress_phase phase_of(enum cgswap_event_kind kind, enum progress_phase phase)
{
	switch (kind) {
	case CGSWAP_EVENT_UNDONE:
	case CGSWAP_EVENT_NOT_UNDONE:
		return PROGRESS_BACK;
	case CGSWAP_EVENT_STEP:
		return PROGRESS_DOING;
	default:
		return phase;
	}
}

/* The rate is that of a phase, and the time in which no step could be done does not count. */
static void count_event(struct progress *progress, enum cgswap_event_kind kind)
{
	enum progress_phase phase = phase_of(kind, progress->phase);
	int64_t now = clock_now_ms();

	if (phase != progress->phase) {
		progress->phase = phase;
		progress->passed = 0;
		progress->began_ms = now;
		progress->paused_ms = 0;
	} else if (progress->paused_ms &&
		   (kind == CGSWAP_EVENT_HEALTHY || kind == CGSWAP_EVENT_STEP)) {
		progress->began_ms += now - progress->paused_ms;
		progress->paused_ms = 0;
	}
	if (kind == CGSWAP_EVENT_WAVE)
		progress->paused_ms = now;
	progress->passed += kind == CGSWAP_EVENT_UNDONE || kind == CGSWAP_EVENT_NOT_UNDONE ||
			    kind == CGSWAP_EVENT_CHECKED || kind == CGSWAP_EVENT_REFUSED ||
			    kind == CGSWAP_EVENT_GONE;
}

int progress_event(const cgswap_event *event, void *user)
{
	struct progress *progress = user;
	enum cgswap_event_kind kind = cgswap_event_get_kind(event);

	count_event(progress, kind);
	if (progress->events)
		print_event(progress, event);
	else if (!progress->bar && !progress->lines)
		return 0;
	else if (kind == CGSWAP_EVENT_WAVE || kind == CGSWAP_EVENT_UNHEALTHY)
		show_wave(progress, event);
	else
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
