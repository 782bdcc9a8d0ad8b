/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program whose verification takes longer than the pause between two signals of a timer is loaded:
 * the kernel gives up a load when a signal is pending, so signals wait meanwhile. SIGINT and SIGTERM
 * do not, and end a process that does not handle them at once.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

enum { LOADS = 3, PAUSE_US = 500 };

static volatile sig_atomic_t ticks;

static void tick(int number)
{
	(void)number;
	ticks++;
}

static void start_timer(void)
{
	const struct sigaction action = { .sa_handler = tick };
	const struct itimerval every = { { 0, PAUSE_US }, { 0, PAUSE_US } };

	if (sigaction(SIGALRM, &action, NULL) || setitimer(ITIMER_REAL, &every, NULL))
		bail_out("no timer");
}

int main(void)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };
	const struct itimerval never = { 0 };
	char *object = build_path("tests/bpf/program/long_verification.bpf.o");
	cgswap_session *session;
	cgswap_program *program;
	sigset_t before, after;

	need_live();
	session = live_session();
	sigprocmask(SIG_SETMASK, NULL, &before);
	start_timer();
	for (int i = 0; i < LOADS; i++) {
		expect_ok(cgswap_program_open(&program, session, object, &egress),
			  "a load with a signal every 500 us");
		cgswap_program_unref(program);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	ok(ticks > 0, "%d signals were handled", (int)ticks);
	sigprocmask(SIG_SETMASK, NULL, &after);
	is_int(sigismember(&after, SIGALRM), sigismember(&before, SIGALRM),
	       "the signal mask is as before");
	free(object);
	cgswap_session_unref(session);
	return done_testing();
}
