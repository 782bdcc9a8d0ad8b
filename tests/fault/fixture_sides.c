/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_sides.h"

#include "../lib/attach_types.h"
#include "../lib/tap.h"

#include <string.h>

static const struct kernel_ops *ops(void)
{
	return fixture.kernel->ops;
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

	need(ops()->attach(fixture.kernel, &request), "cannot build the side chains");
}

static void hold(void)
{
	const struct kernel_link_create request = {
		.target_fd = fixture.cgroup[0],
		.program_fd = fixture.side_old[SIDE_HELD],
		.type = INGRESS,
	};
	struct kernel_link info;

	fixture.link = ops()->link_create(fixture.kernel, &request);
	need(fixture.link, "cannot create a link");
	need(ops()->link_info(fixture.kernel, fixture.link, &info), "cannot read the link");
	fixture.link_id = info.id;
}

/* A link after a preorder entry: there LINK_UPDATE hits the wrong entry on some kernels. */
void sides_set(uint32_t preorder)
{
	attach(fixture.cgroup[0], fixture.side_old[SIDE_PREORDER], KERNEL_MULTI | preorder);
	hold();
	attach(fixture.cgroup[0], fixture.side_old[SIDE_PLAIN], KERNEL_MULTI);
	attach(fixture.cgroup[1], fixture.side_old[SIDE_OVERRIDE], KERNEL_OVERRIDE);
	need(ops()->pin(fixture.kernel, fixture.side_old[SIDE_HELD], fixture.pin_held), "cannot pin");
}

static void let_go(void)
{
	if (fixture.link < 0)
		return;
	ops()->link_detach(fixture.kernel, fixture.link);
	ops()->close(fixture.kernel, fixture.link);
	fixture.link = -1;
}

void sides_free(void)
{
	let_go();
	for (int i = 0; i < SIDE_OLD; i++)
		ops()->close(fixture.kernel, fixture.side_old[i]);
}

/* A pinned link stays attached for a moment after its pin is removed. */
static void unpin(const char *path)
{
	int fd = ops()->pin_open(fixture.kernel, path);

	if (fd < 0)
		return;
	if (ops()->kind(fixture.kernel, fd) == KERNEL_IS_LINK)
		ops()->link_detach(fixture.kernel, fd);
	ops()->close(fixture.kernel, fd);
	need(ops()->unpin(fixture.kernel, path), "cannot unpin");
}

static void detach_all(int cgroup)
{
	uint32_t ids[FAULT_FIXTURE_IDS];
	struct kernel_query query = {
		.target_fd = cgroup,
		.type = INGRESS,
		.ids = (uintptr_t)ids,
		.count = FAULT_FIXTURE_IDS,
	};

	need(ops()->query(fixture.kernel, &query), "cannot read the side chains");
	for (size_t i = 0; i < query.count; i++) {
		int fd = ops()->program_by_id(fixture.kernel, ids[i]);
		const struct kernel_attach request = {
			.target_fd = cgroup,
			.program_fd = fd,
			.type = INGRESS,
		};

		need(fd, "cannot open a program by its id");
		need(ops()->detach(fixture.kernel, &request), "cannot empty the side chains");
		ops()->close(fixture.kernel, fd);
	}
}

void sides_clear(void)
{
	unpin(fixture.pin_held);
	unpin(fixture.pin_free);
	let_go();
	for (int c = 0; c < FAULT_FIXTURE_CGROUPS; c++)
		detach_all(fixture.cgroup[c]);
}

static uint32_t pinned(const char *path)
{
	int fd = ops()->pin_open(fixture.kernel, path);
	struct kernel_program program = { 0 };
	struct kernel_link link = { 0 };

	if (fd < 0)
		return 0;
	if (ops()->kind(fixture.kernel, fd) != KERNEL_IS_LINK)
		ops()->program_info(fixture.kernel, fd, &program);
	else if (!ops()->link_info(fixture.kernel, fd, &link))
		program.id = link.program_id;
	ops()->close(fixture.kernel, fd);
	return program.id;
}

void sides_look(struct fault_fixture_look *look)
{
	look->pinned[0] = pinned(fixture.pin_held);
	look->pinned[1] = pinned(fixture.pin_free);
}
