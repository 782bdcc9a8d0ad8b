/* SPDX-License-Identifier: BSD-2-Clause */
/* The waves of a commit: the canary, the soak, and a health check after each wave. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/number.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

enum { WAVES_SLICE_MS = 20, SAID_SIZE = 400 };

/* Sleeps in slices, since a cancel may come from another thread. */
enum cgswap_status replace_sleep(struct cgswap_replace *replace, int64_t until_ms)
{
	const struct timespec slice = { .tv_nsec = WAVES_SLICE_MS * 1000000L };

	while (clock_now_ms() < until_ms) {
		enum cgswap_status status = replace_check_cancelled(replace);

		if (status)
			return status;
		nanosleep(&slice, NULL);
	}
	return replace_check_cancelled(replace);
}

enum cgswap_status replace_check_cancelled(struct cgswap_replace *replace)
{
	if (atomic_load_explicit(&replace->cancelled, memory_order_relaxed))
		return replace_error_cancelled(replace, "cgswap_replace_cancel()");
	if (replace->run.stop)
		return replace_error_cancelled(replace, "the event callback");
	return CGSWAP_OK;
}

/* "N" steps or "N%" of them, at least one. */
static enum cgswap_status waves_parse_canary(size_t *out, const char *text, size_t total)
{
	size_t length = strlen(text);
	bool percent = length && text[length - 1] == '%';
	char digits[24] = "";
	uint64_t number = 0;

	if (length < sizeof(digits))
		memcpy(digits, text, length - percent);
	if (!number_parse(digits, percent ? 100 : UINT32_MAX, &number) || !number)
		return error_bad_argument("opts.canary is '%.64s'{found}; expected a number of "
					  "steps, or a percentage such as 5%%",
					  text);
	*out = percent ? (total * number + 99) / 100 : number;
	return CGSWAP_OK;
}

enum cgswap_status replace_begin_waves(struct cgswap_replace *replace, const char *canary)
{
	struct replace_run *run = &replace->run;

	run->waves = canary || run->health || run->soak_ms > 0;
	run->wave_end = 1;
	if (!canary)
		return CGSWAP_OK;
	return waves_parse_canary(&run->wave_end, canary, replace->length);
}

static enum cgswap_status waves_check_health(struct cgswap_replace *replace)
{
	enum cgswap_status status;
	char said[SAID_SIZE];

	if (replace_ask_health(replace, said, sizeof(said))) {
		replace_tell(replace, CGSWAP_EVENT_HEALTHY, NULL);
		return CGSWAP_OK;
	}
	/* a check that is stopped by the cancel has not found anything */
	status = replace_check_cancelled(replace);
	if (status)
		return status;
	replace_tell(replace, CGSWAP_EVENT_UNHEALTHY, NULL);
	return replace_error_unhealthy(replace, said);
}

enum cgswap_status replace_end_wave(struct cgswap_replace *replace, size_t position)
{
	struct replace_run *run = &replace->run;
	enum cgswap_status status = CGSWAP_OK;

	if (!run->waves || (position != run->wave_end && position != replace->length))
		return CGSWAP_OK;
	run->wave_end = 2 * position;
	run->wave++;
	replace_tell(replace, CGSWAP_EVENT_WAVE, NULL);
	if (run->wave == 1 && run->soak_ms > 0)
		status = replace_sleep(replace, clock_now_ms() + run->soak_ms);
	if (!status && run->health)
		status = waves_check_health(replace);
	return status ? status : replace_check_cancelled(replace);
}
