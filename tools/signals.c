/* SPDX-License-Identifier: BSD-2-Clause */
#include "signals.h"

#include <signal.h>
#include <stddef.h>

static cgswap_replace *volatile signals_replace;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	if (!caught)
		caught = number;
	cgswap_replace_cancel(signals_replace);
}

static void set_handler(int number)
{
	struct sigaction before, action = { .sa_handler = on_signal };

	sigaction(number, NULL, &before);
	if (before.sa_handler == SIG_IGN)
		return;
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

void signals_begin(cgswap_replace *replace)
{
	signals_replace = replace;
	set_handler(SIGINT);
	set_handler(SIGTERM);
	set_handler(SIGHUP);
}

/* The handlers stay, and do nothing: what was done is reported in full. */
void signals_end(void)
{
	signals_replace = NULL;
}

int signals_caught(void)
{
	return caught;
}
