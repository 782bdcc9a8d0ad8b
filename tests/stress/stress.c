/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything at once: threads that share sessions, chains, programs and transactions, close and drop
 * them, and end; callbacks that drop what the call works on; signals; processes that are started;
 * and another process that changes the same chains by raw calls. Built with sanitizers it finds
 * uses of freed memory and data races. Whatever happens, the entries that no one replaces keep their
 * positions, and no descriptor is left open.
 *
 *     stress [SECONDS [SEED]]
 *
 * A seed chooses the operations of each thread; how they meet is up to the scheduler.
 */
#include "stress.h"

#include "../lib/descriptors.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 6, SECONDS = 2 };

static uint64_t seed;
static atomic_uint signals, operations, wrong;

static void on_signal(int number)
{
	(void)number;
	signals++;
}

static void *work(void *index)
{
	struct stress_random random = { seed + 1000003u * (uint64_t)(uintptr_t)index };

	while (!stress_world.over) {
		stress_operation(&random);
		operations++;
	}
	return NULL;
}

/* Signals without SA_RESTART, which interrupt system calls, also those of libbpf. */
static void start_signals(void)
{
	const struct itimerval every = { .it_interval = { .tv_usec = 7000 },
					 .it_value = { .tv_usec = 7000 } };
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

static void stop_signals(void)
{
	const struct itimerval never = { .it_value = { 0 } };

	setitimer(ITIMER_REAL, &never, NULL);
}

static pid_t start_writer(void)
{
	pid_t pid = fork();

	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid)
		stress_writer(seed);
	return pid;
}

static void stop_writer(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	ok(WIFSIGNALED(status), "the other process wrote until the end");
}

/* Watches the chains meanwhile. */
static void wait_for_end(time_t end)
{
	while (time(NULL) < end) {
		for (int i = 0; i < STRESS_CGROUPS; i++) {
			const char *problem = stress_world_check(i);

			if (problem && !wrong++)
				diag("chain %d: %s", i, problem);
		}
		usleep(500);
	}
}

static void run(unsigned seconds)
{
	pthread_t threads[THREADS];
	pid_t writer = start_writer();

	start_signals();
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)(i + 1)))
			bail_out("no thread");
	wait_for_end(time(NULL) + seconds);
	stress_world.over = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	stop_signals();
	stop_writer(writer);
	stress_slots_clear();
}

static uint64_t argument(int argc, char **argv, int index, const char *variable, uint64_t otherwise)
{
	const char *text = argc > index ? argv[index] : getenv(variable);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	unsigned seconds, open;

	need_live();
	alarm(0);
	seconds = (unsigned)argument(argc, argv, 1, "CGSWAP_STRESS_SECONDS", SECONDS);
	seed = argument(argc, argv, 2, "CGSWAP_STRESS_SEED", (uint64_t)time(NULL));
	diag("%u seconds, seed %llu", seconds, (unsigned long long)seed);
	fflush(stdout);
	stress_world_build();
	cgswap_session_unref(live_session());
	open = descriptors_count();
	run(seconds);
	ok(operations > 0, "%u operations, %u signals", operations, signals);
	is_int(wrong, 0, "the entries that no one replaces kept their positions");
	ok(stress_report(), "no cause that cannot be");
	is_int(descriptors_count(), open, "no descriptor is left open");
	stress_world_free();
	return done_testing();
}
