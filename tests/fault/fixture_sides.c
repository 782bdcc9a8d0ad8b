/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_sides.h"

#include "../lib/attach_types.h"
#include "../lib/tap.h"

#include <string.h>

static const struct kernel_ops *ops(void)
{
	return stage.kernel->ops;
}

static void need(int err, const char *what)
{
	if (err < 0)
		bail_out("%s: %s", what, cgswap_errno_get_name(-err));
}

static void attach(int cgroup, int program, uint32_t flags)
{
	const struct kernel_attach request = {
		.target_fd = cgroup,
		.program_fd = program,
		.type = INGRESS,
		.flags = flags,
	};

	need(ops()->attach(stage.kernel, &request), "cannot set the sides");
}

static void hold(void)
{
	const struct kernel_link_create request = {
		.target_fd = stage.cgroup[0],
		.program_fd = stage.side_old[SIDE_HELD],
		.type = INGRESS,
	};
	struct kernel_link info;

	stage.link = ops()->link_create(stage.kernel, &request);
	need(stage.link, "cannot make a link");
	need(ops()->link_info(stage.kernel, stage.link, &info), "no link info");
	stage.link_id = info.id;
}

/* A link after a preorder entry: that is where kernels went wrong. */
void sides_set(uint32_t preorder)
{
	attach(stage.cgroup[0], stage.side_old[SIDE_PREORDER], KERNEL_MULTI | preorder);
	hold();
	attach(stage.cgroup[0], stage.side_old[SIDE_PLAIN], KERNEL_MULTI);
	attach(stage.cgroup[1], stage.side_old[SIDE_OVERRIDE], KERNEL_OVERRIDE);
	need(ops()->pin(stage.kernel, stage.side_old[SIDE_HELD], stage.pin_held), "cannot pin");
}

static void let_go(void)
{
	if (stage.link < 0)
		return;
	ops()->link_detach(stage.kernel, stage.link);
	ops()->close(stage.kernel, stage.link);
	stage.link = -1;
}

void sides_strike(void)
{
	let_go();
	for (int i = 0; i < SIDE_OLD; i++)
		ops()->close(stage.kernel, stage.side_old[i]);
}

/* A link that is pinned lives on for a moment after its pin is gone. */
static void unpin(const char *path)
{
	int fd = ops()->pin_open(stage.kernel, path);

	if (fd < 0)
		return;
	if (ops()->kind(stage.kernel, fd) == KERNEL_IS_LINK)
		ops()->link_detach(stage.kernel, fd);
	ops()->close(stage.kernel, fd);
	need(ops()->unpin(stage.kernel, path), "cannot unpin");
}

static void take_off_all(int cgroup)
{
	uint32_t ids[STAGE_IDS];
	struct kernel_query query = {
		.target_fd = cgroup,
		.type = INGRESS,
		.ids = (uintptr_t)ids,
		.count = STAGE_IDS,
	};

	need(ops()->query(stage.kernel, &query), "cannot look at the sides");
	for (size_t i = 0; i < query.count; i++) {
		int fd = ops()->program_by_id(stage.kernel, ids[i]);
		const struct kernel_attach request = {
			.target_fd = cgroup,
			.program_fd = fd,
			.type = INGRESS,
		};

		need(fd, "no such program");
		need(ops()->detach(stage.kernel, &request), "cannot clear the sides");
		ops()->close(stage.kernel, fd);
	}
}

void sides_clear(void)
{
	unpin(stage.pin_held);
	unpin(stage.pin_free);
	let_go();
	for (int c = 0; c < STAGE_CGROUPS; c++)
		take_off_all(stage.cgroup[c]);
}

static uint32_t pinned(const char *path)
{
	int fd = ops()->pin_open(stage.kernel, path);
	struct kernel_program program = { 0 };
	struct kernel_link link = { 0 };

	if (fd < 0)
		return 0;
	if (ops()->kind(stage.kernel, fd) != KERNEL_IS_LINK)
		ops()->program_info(stage.kernel, fd, &program);
	else if (!ops()->link_info(stage.kernel, fd, &link))
		program.id = link.program_id;
	ops()->close(stage.kernel, fd);
	return program.id;
}

void sides_look(struct stage_look *look)
{
	look->pinned[0] = pinned(stage.pin_held);
	look->pinned[1] = pinned(stage.pin_free);
}
