/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A signal that asks the process to end does not wait for a long verification: it ends the process,
 * or its handler runs, in the middle of it. If such signals never stop, the load is tried until the
 * retry time is over, and is then interrupted. The log has one line at DEBUG for all retries.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TURNS = 3, PAUSE_NS = 500000, RETRY_MS = 60 };

static char *object;

/* Shared with the child. */
static struct {
	volatile int64_t begun_us, handled_us;
} * shared;

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static enum cgswap_cause load(cgswap_session *session)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };
	cgswap_program *program;

	if (cgswap_program_open(&program, session, object, &egress))
		return cgswap_error_get_cause(cgswap_last_error());
	cgswap_program_unref(program);
	return CGSWAP_CAUSE_NONE;
}

static void note(int number)
{
	(void)number;
	shared->handled_us = now_us();
}

/* The duration of a load: the shortest of some. */
static int64_t load_time(void)
{
	cgswap_session *session = live_session();
	int64_t best = INT64_MAX;

	for (int i = 0; i < TURNS; i++) {
		int64_t start = now_us();

		if (load(session))
			bail_out("no load: %s", cgswap_error_get_message(cgswap_last_error()));
		start = now_us() - start;
		best = start < best ? start : best;
	}
	cgswap_session_unref(session);
	return best;
}

/*
 * A child loads, and gets the signal after a third of that time. Returns the microseconds until it
 * ended, or until its handler ran.
 */
static int64_t signal_child(int number, bool handles, int64_t whole, int *status)
{
	struct timespec pause = { .tv_nsec = whole / 3 * 1000 };
	int64_t sent, ended;
	pid_t child;

	memset(shared, 0, sizeof(*shared));
	child = fork();
	if (child == 0) {
		cgswap_session *session = live_session();

		if (handles)
			signal(number, note);
		shared->begun_us = now_us();
		_exit(load(session) == CGSWAP_CAUSE_NONE ? 0 : 1);
	}
	while (!shared->begun_us)
		usleep(50);
	nanosleep(&pause, NULL);
	sent = now_us();
	kill(child, number);
	if (waitpid(child, status, 0) != child)
		bail_out("no child");
	ended = now_us();
	return (handles ? shared->handled_us : ended) - sent;
}

static void is_prompt(int number, bool handles, int64_t whole)
{
	int64_t best = INT64_MAX, took;
	int status = 0, right = 0;

	for (int i = 0; i < TURNS; i++) {
		took = signal_child(number, handles, whole, &status);
		right += handles ? WIFEXITED(status) && WEXITSTATUS(status) == 0
				 : WIFSIGNALED(status) && WTERMSIG(status) == number;
		best = took < best ? took : best;
	}
	is_int(right, TURNS, "%s: each process %s", strsignal(number),
	       handles ? "loads the program after its handler ran" : "ends by it");
	ok(best < whole / 3, "it does not wait for the verifier: %d of %d us", (int)best,
	   (int)whole);
}

static void listen(int level, const char *line, void *user)
{
	*(unsigned *)user += level == CGSWAP_LOG_DEBUG && strstr(line, "tried again");
}

/* A handled signal every 500 us, which is shorter than the verification. */
static void never_stops(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .retry_time_ms = RETRY_MS };
	const struct itimerspec every = { { 0, PAUSE_NS }, { 0, PAUSE_NS } };
	const struct itimerspec never = { { 0, 0 }, { 0, 0 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTERM };
	enum cgswap_cause cause;
	cgswap_session *session;
	unsigned logged = 0;
	int64_t took;
	timer_t timer;

	signal(SIGTERM, note);
	if (cgswap_session_open(&session, &opts) || timer_create(CLOCK_MONOTONIC, &event, &timer) ||
	    timer_settime(timer, 0, &every, NULL))
		bail_out("no session or timer");
	cgswap_session_set_log(session, listen, &logged, NULL);
	took = now_us();
	cause = load(session);
	took = now_us() - took;
	timer_settime(timer, 0, &never, NULL);
	is_str(cgswap_cause_get_name(cause), "interrupted", "a signal every 500 us: %s",
	       cgswap_error_get_message(cgswap_last_error()));
	is_int(cgswap_error_get_status(cgswap_last_error()), CGSWAP_E_SYSTEM, "its status");
	ok(took >= RETRY_MS * 1000 && took < 50 * RETRY_MS * 1000,
	   "it is tried again for the retry time: %d us", (int)took);
	is_int(logged, 1, "the log has one line on the retries");
	is_int(load(session), CGSWAP_CAUSE_NONE, "without the signals the program is loaded");
	timer_delete(timer);
	cgswap_session_unref(session);
}

int main(void)
{
	int64_t whole;

	need_live();
	object = build_path("tests/bpf/program/long_verification.bpf.o");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		bail_out("no memory");
	whole = load_time();
	is_prompt(SIGINT, false, whole);
	is_prompt(SIGTERM, false, whole);
	is_prompt(SIGINT, true, whole);
	never_stops();
	free(object);
	return done_testing();
}
