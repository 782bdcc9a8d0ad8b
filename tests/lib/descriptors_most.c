/* SPDX-License-Identifier: BSD-2-Clause */
#include "descriptors_most.h"

#include "descriptors.h"
#include "tap.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static atomic_uint most;
static atomic_bool counting;
static pthread_t counter;

void descriptors_most_look(void)
{
	unsigned now = descriptors_count(), before = most;

	while (now > before && !atomic_compare_exchange_weak(&most, &before, now))
		continue;
}

static void *count_on(void *user)
{
	static const struct timespec pause = { .tv_nsec = 1000000 };

	while (counting) {
		descriptors_most_look();
		nanosleep(&pause, NULL);
	}
	return user;
}

void descriptors_most_begin(void)
{
	most = 0;
	counting = true;
	if (pthread_create(&counter, NULL, count_on, NULL))
		bail_out("no thread");
}

void descriptors_most_within(unsigned bound, const char *name)
{
	unsigned found;

	counting = false;
	pthread_join(counter, NULL);
	found = most;
	ok(found <= bound, "%s: %u descriptors at most", name, found);
}
