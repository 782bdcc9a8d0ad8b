/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects of the model live as long as descriptors, pins, chains, links or cgroups refer to them. */
#include "modelled.h"

#include "model/model.h"
#include "../lib/tap.h"

#include <errno.h>

#define CGROUP KERNEL_MODEL_CGROUPS "/c"
#define PIN    KERNEL_MODEL_BPFFS "/p"

enum { EGRESS = 1, SKB = 8 };

static struct kernel *kernel;
static const struct kernel_ops *ops;

static int load(uint32_t *id)
{
	static const uint64_t pass[] = { 0x00000001000000b7, 0x95 };
	const struct kernel_load request = { SKB, EGRESS, "pass", pass, 2 };
	struct kernel_program info;
	int fd = ops->load(kernel, &request);

	if (fd < 0 || ops->program_info(kernel, fd, &info))
		bail_out("cannot load a program");
	*id = info.id;
	return fd;
}

static bool lives(uint32_t id)
{
	int fd = ops->program_by_id(kernel, id);

	ops->close(kernel, fd);
	return fd >= 0;
}

static int open_cgroup(void)
{
	int fd;

	if (kernel_model_mkdir(kernel, CGROUP))
		bail_out("cannot create the cgroup");
	fd = ops->cgroup_open(kernel, CGROUP);
	if (fd < 0)
		bail_out("cannot open the cgroup");
	return fd;
}

static struct kernel_attach request_for(int cgroup, int program)
{
	return (struct kernel_attach){
		.target_fd = cgroup,
		.program_fd = program,
		.type = EGRESS,
	};
}

static void by_descriptors_and_pins(void)
{
	uint32_t id;
	int fd = load(&id), copy = ops->dup(kernel, fd);

	ops->close(kernel, fd);
	ok(lives(id), "a program exists while a second descriptor is open");
	is_int(kernel->ops->pin(kernel, copy, PIN), 0, "it is pinned");
	is_int(kernel->ops->pin(kernel, copy, PIN), -EEXIST, "a second pin at the same path fails");
	is_int(kernel->ops->pin(kernel, copy, KERNEL_MODEL_CGROUPS "/p"), -EPERM,
	       "a pin outside of bpffs fails");
	ops->close(kernel, copy);
	ok(lives(id), "it exists while it is pinned");
	fd = ops->pin_open(kernel, PIN);
	ok(fd >= 0, "the pin can be opened");
	ops->close(kernel, fd);
	is_int(kernel->ops->unpin(kernel, PIN), 0, "it is unpinned");
	ok(!lives(id), "then it does not exist any more");
	is_int(ops->program_by_id(kernel, id), -ENOENT, "and its id is unknown");
	ops->close(kernel, load(&id));
	ok(id > 1, "ids are not reused");
}

static void by_chains(void)
{
	uint32_t first, second;
	int cgroup = open_cgroup(), a = load(&first), b = load(&second);
	struct kernel_attach request = request_for(cgroup, a);

	request.flags = KERNEL_MULTI;
	is_int(ops->attach(kernel, &request), 0, "a program is attached");
	request = request_for(cgroup, b);
	request.flags = KERNEL_MULTI | KERNEL_REPLACE;
	request.replace_fd = a;
	is_int(ops->attach(kernel, &request), 0, "it is replaced");
	ops->close(kernel, b);
	ok(lives(second), "a program exists while it is attached");
	ops->close(kernel, a);
	ok(!lives(first), "the replaced program does not exist any more");
	is_int(kernel_model_rmdir(kernel, CGROUP), 0, "the cgroup is removed");
	ok(!lives(second), "its program does not exist any more");
	is_int(ops->attach(kernel, &request), -EBADF,
	       "a closed program is reported before a removed cgroup");
	is_int(kernel_model_rmdir(kernel, CGROUP), -ENOENT, "the cgroup does not exist any more");
	ops->close(kernel, cgroup);
}

static void by_links(void)
{
	uint32_t id;
	int cgroup = open_cgroup(), program = load(&id), link;
	struct kernel_link_create create = { .target_fd = cgroup, .type = EGRESS };
	struct kernel_link_update update = { 0 };
	struct kernel_query query = { .target_fd = cgroup, .type = EGRESS };
	struct kernel_link info;

	create.program_fd = program;
	link = ops->link_create(kernel, &create);
	ok(link >= 0, "a link is created");
	ops->close(kernel, program);
	ok(lives(id), "a program exists while a link refers to it");
	is_int(kernel->ops->pin(kernel, link, PIN), 0, "the link is pinned");
	ops->close(kernel, link);
	ops->query(kernel, &query);
	is_int(query.count, 1, "a pinned link stays attached");
	kernel->ops->unpin(kernel, PIN);
	query.count = 0;
	ops->query(kernel, &query);
	is_int(query.count, 0, "without a pin it is detached with its last descriptor");
	ok(!lives(id), "and its program does not exist any more");

	create.program_fd = program = load(&id);
	link = ops->link_create(kernel, &create);
	is_int(kernel_model_rmdir(kernel, CGROUP), 0, "a cgroup with a link is removed");
	is_int(ops->link_info(kernel, link, &info), 0, "the link still exists");
	is_int(info.cgroup_id, 0, "the link is detached");
	update.link_fd = link;
	update.new_fd = program;
	is_int(ops->link_update(kernel, &update), -ENOLINK, "it cannot be updated");
	is_int(ops->link_detach(kernel, link), 0, "it can be detached once more");
	ops->close(kernel, link);
	ops->close(kernel, program);
	ops->close(kernel, cgroup);
}

static void by_nothing(void)
{
	uint32_t id;
	int program = load(&id), map = kernel_model_map_new(kernel, "map");
	struct kernel_map info;

	is_int(kernel_model_bind_map(kernel, program, map), 0, "a program uses a map");
	is_int(ops->map_info(kernel, map, &info), 0, "the map can be read");
	ops->close(kernel, map);
	map = ops->map_by_id(kernel, info.id);
	ok(map >= 0, "a map exists while a program uses it");
	ops->close(kernel, map);
	ops->close(kernel, program);
	is_int(ops->map_by_id(kernel, info.id), -ENOENT, "and not longer");
	is_int(kernel_model_open_count(kernel), 0, "no descriptor is left open");
}

int main(void)
{
	drop_privileges();
	kernel = kernel_model_new(0);
	if (!kernel)
		bail_out("out of memory");
	ops = kernel->ops;
	by_descriptors_and_pins();
	by_chains();
	by_links();
	by_nothing();
	ops->free(kernel);
	return done_testing();
}
