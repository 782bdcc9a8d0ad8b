/* SPDX-License-Identifier: BSD-2-Clause */
/* Several threads use one model at the same time: no change is lost and nothing is left behind. */
#include "modelled.h"

#include "model/model.h"
#include "../lib/tap.h"

#include <errno.h>
#include <pthread.h>

enum { EGRESS = 1, SKB = 8, THREADS = 4, ROUNDS = 2000 };

static struct kernel *kernel;
static int cgroup;

/* Attaches and detaches a program many times. Returns how often both succeeded. */
static void *work(void *unused)
{
	static const uint64_t pass[] = { 0x00000001000000b7, 0x95 };
	const struct kernel_load load = { SKB, EGRESS, "pass", pass, 2 };
	const struct kernel_ops *ops = kernel->ops;
	size_t worked = 0;

	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		int program = ops->load(kernel, &load);
		const struct kernel_attach request = {
			.target_fd = cgroup,
			.program_fd = program,
			.type = EGRESS,
			.flags = KERNEL_MULTI,
		};
		const struct kernel_attach detach = {
			.target_fd = cgroup,
			.program_fd = program,
			.type = EGRESS,
		};

		worked += ops->attach(kernel, &request) == 0;
		worked += ops->detach(kernel, &detach) == 0;
		ops->close(kernel, program);
	}
	return (void *)worked;
}

int main(void)
{
	struct kernel_query query = { .type = EGRESS };
	pthread_t threads[THREADS];
	size_t worked = 0;
	void *result;

	drop_privileges();
	kernel = kernel_model_new(0);
	if (!kernel)
		bail_out("out of memory");
	cgroup = kernel->ops->cgroup_open(kernel, KERNEL_MODEL_CGROUPS);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, NULL))
			bail_out("cannot create a thread");
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		worked += (size_t)result;
	}
	is_int((long long)worked, 2LL * THREADS * ROUNDS,
	       "every attach and detach of all threads succeeded");
	query.target_fd = cgroup;
	is_int(kernel->ops->query(kernel, &query), 0, "the chain can be read");
	is_int(query.count, 0, "the chain is empty");
	is_int((long long)query.revision, 1 + 2LL * THREADS * ROUNDS, "each change counted once");
	is_int((long long)kernel_model_open_count(kernel), 1, "only the cgroup is open");
	kernel->ops->free(kernel);
	return done_testing();
}
