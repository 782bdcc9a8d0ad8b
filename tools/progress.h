/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include "options.h"

enum progress_phase {
	PROGRESS_CHECKING,
	PROGRESS_DOING,
	PROGRESS_BACK /* steps are put back */
};

/* Shows how far a transaction is. */
struct progress {
	const struct options *options;
	bool events, bar, lines; /* JSON lines on standard output; on standard error */
	bool drawn;              /* a bar is on the terminal */
	enum progress_phase phase;
	size_t passed;    /* steps of the phase, unless it is DOING */
	int64_t first_ms; /* the beginning of all phases */
	int64_t began_ms; /* the beginning of the phase, without the pauses between waves */
	int64_t paused_ms, shown_ms;
};

void progress_begin(struct progress *progress, const struct options *options);

/* A cgswap_event_fn whose user is the progress. */
int progress_event(const cgswap_event *event, void *progress);

/* Wipes the bar. */
void progress_end(struct progress *progress);

#endif
