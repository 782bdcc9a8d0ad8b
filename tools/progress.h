/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include "options.h"

/* Shows how far a transaction is. */
struct progress {
	const struct options *options;
	bool events, bar, lines; /* JSON lines on standard output; on standard error */
	bool drawn;              /* a bar is on the terminal */
	bool back;               /* steps are put back */
	size_t undone, not_undone;
	int64_t began_ms, shown_ms;
};

void progress_begin(struct progress *progress, const struct options *options);

/* A cgswap_event_fn whose user is the progress. */
int progress_event(const cgswap_event *event, void *progress);

/* Wipes the bar. */
void progress_end(struct progress *progress);

#endif
