/* SPDX-License-Identifier: BSD-2-Clause */
#include "stress.h"

#include "../lib/attach_types.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static int own[STRESS_PROGRAMS];

static void replace(int cgroup, struct stress_random *random)
{
	struct raw_chain chain;
	int old;

	if (raw_query(cgroup, EGRESS, 0, &chain) || chain.count < STRESS_BASE)
		return;
	old = raw_prog_open(chain.ids[STRESS_RAW]);
	raw_replace(cgroup, own[stress_below(random, STRESS_PROGRAMS / 2)], old, EGRESS,
		    RAW_MULTI | RAW_REPLACE);
	raw_close(old);
}

/* Detaches a few of the entries that were attached at the end. */
static void thin_out(int cgroup)
{
	struct raw_chain chain;

	if (raw_query(cgroup, EGRESS, 0, &chain))
		return;
	for (uint32_t i = STRESS_CROWD; i < chain.count && i < RAW_CHAIN_MAX; i++) {
		int program = raw_prog_open(chain.ids[i]);

		raw_detach(cgroup, program, EGRESS);
		raw_close(program);
	}
}

/* A cgroup that comes and goes, so that walks and chains meet one that is gone. */
static void come_and_go(struct stress_random *random)
{
	char path[600];

	stress_gone_path(path, sizeof(path), stress_below(random, 2));
	if (mkdir(path, 0755))
		rmdir(path);
}

void stress_writer(uint64_t seed)
{
	struct stress_random random = { seed };

	prog_pass_many(EGRESS, "foreign", own, STRESS_PROGRAMS);
	while (getppid() > 1) {
		int which = (int)stress_below(&random, STRESS_CGROUPS);
		int cgroup = stress_world.cgroup[which].fd;
		int extra = own[STRESS_PROGRAMS / 2 + stress_below(&random, STRESS_PROGRAMS / 2)];

		switch (stress_below(&random, 6)) {
		case 0:
			raw_attach(cgroup, extra, EGRESS, RAW_MULTI);
			break;
		case 1:
			raw_detach(cgroup, extra, EGRESS);
			break;
		case 2:
			raw_link_update(stress_world.link[which],
					stress_world.programs[stress_below(&random, STRESS_PROGRAMS)]);
			break;
		case 3:
			thin_out(cgroup);
			come_and_go(&random);
			break;
		default:
			replace(cgroup, &random);
		}
		usleep(stress_below(&random, 300));
	}
	_exit(0);
}
