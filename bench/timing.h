/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Times two ways to do the same in turn, so that both have the same disturbances. The tenth
 * percentiles are compared, since the fastest rounds are undisturbed.
 */
#ifndef CGSWAP_BENCH_TIMING_H
#define CGSWAP_BENCH_TIMING_H

#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

enum { TIMING_MOST_ROUNDS = 1000 };

static const double timing_target = 1.10;

static inline double timing_ns_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline int timing_compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Sorts the values. */
static inline double timing_tenth_percentile(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), timing_compare);
	return values[count / 10];
}

typedef void (*timing_fn)(void *user);

static inline double timing_once(timing_fn call, void *user)
{
	double start = timing_ns_of(CLOCK_MONOTONIC);

	call(user);
	return timing_ns_of(CLOCK_MONOTONIC) - start;
}

/* Nanoseconds of one call of each. */
struct timing_pair {
	double library, bare;
};

static inline struct timing_pair timing_in_turn(timing_fn library, timing_fn bare, void *user,
						size_t rounds)
{
	static double library_times[TIMING_MOST_ROUNDS], bare_times[TIMING_MOST_ROUNDS];

	timing_once(library, user);
	timing_once(bare, user);
	for (size_t i = 0; i < rounds; i++) {
		if (i % 2)
			bare_times[i] = timing_once(bare, user);
		library_times[i] = timing_once(library, user);
		if (!(i % 2))
			bare_times[i] = timing_once(bare, user);
	}
	return (struct timing_pair){ timing_tenth_percentile(library_times, rounds),
				     timing_tenth_percentile(bare_times, rounds) };
}

static inline const char *timing_verdict(struct timing_pair pair)
{
	return pair.library / pair.bare <= timing_target ? "" : "  above the target";
}

/* Moving between CPUs would cost more than the calls. */
static inline void timing_stay_on_one_cpu(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

#endif
