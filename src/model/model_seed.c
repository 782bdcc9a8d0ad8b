/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The example machine of a session on the simulated kernel. It has one chain of every kind: several
 * programs in multi mode, one of them preorder, a program attached by a link, one in override mode,
 * and one in none mode, as OpenWrt's procd attaches its device filters.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "model/model_internal.h"

enum { NO_PROGRAM = -1, LOADED_AT = 1767254400 /* 2026-01-01 08:00:00 UTC */ };

static const char *const directories[] = {
	"init.scope",
	"system.slice",
	"system.slice/resolver.service",
	"system.slice/sshd.service",
	"user.slice",
	"user.slice/user-1000.slice",
	"web.slice",
	"web.slice/app.service",
	"services",
	"services/box",
	"services/box/worker",
};

static const char *const maps[] = { "blocked", "packets", "settings" };

struct seed_program {
	const char *name;
	uint32_t type, attach_type;
	uint64_t maps; /* a bit for each map of the list */
	int32_t returns;
	const char *pin; /* NULL: not pinned */
};

enum { FW, COUNT, MARK, FW_NEXT, LIMIT, GUARD, AUDIT, RESOLVE, REDIRECT, DEVICES, PROGRAMS };

static const struct seed_program programs[PROGRAMS] = {
	[FW] = { "fw", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0x5, 1, NULL },
	[COUNT] = { "count", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0x2, 1, NULL },
	[MARK] = { "mark", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0, 1, "mark" },
	[FW_NEXT] = { "fw2", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0x5, 1, "fw2" },
	[LIMIT] = { "limit", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0, 3, NULL },
	[GUARD] = { "guard", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS, 0x1, 1, NULL },
	[AUDIT] = { "audit", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS, 0x2, 1, NULL },
	[RESOLVE] = { "resolve", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, 0, 1,
		      NULL },
	[REDIRECT] = { "redirect", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, 0x4, 1,
		       NULL },
	[DEVICES] = { "devices", BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE, 0, 0, NULL },
};

static const struct {
	const char *cgroup;
	int program;
	uint32_t flags;
} attachments[] = {
	{ "web.slice", FW, KERNEL_MULTI },
	{ "web.slice", COUNT, KERNEL_MULTI },
	{ "web.slice", MARK, KERNEL_MULTI },
	{ "web.slice/app.service", LIMIT, KERNEL_MULTI },
	{ "system.slice", AUDIT, KERNEL_MULTI },
	{ "system.slice", GUARD, KERNEL_MULTI | KERNEL_PREORDER },
	{ "user.slice", REDIRECT, KERNEL_OVERRIDE },
	{ "services/box", DEVICES, 0 },
};

/* The only program attached by a link. */
static const char LINK_CGROUP[] = "system.slice/resolver.service";
static const char LINK_PIN[] = KERNEL_MODEL_BPFFS "/resolve_link";

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct seed {
	struct kernel *kernel;
	int maps[COUNT_OF(maps)];
	int programs[PROGRAMS];
};

static int seed_open_cgroup(struct seed *seed, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", KERNEL_MODEL_CGROUPS, name);
	return seed->kernel->ops->cgroup_open(seed->kernel, path);
}

static int seed_make_cgroups(struct seed *seed)
{
	char path[256];
	int err = 0;

	for (size_t i = 0; i < COUNT_OF(directories) && !err; i++) {
		snprintf(path, sizeof(path), "%s/%s", KERNEL_MODEL_CGROUPS, directories[i]);
		err = kernel_model_mkdir(seed->kernel, path);
	}
	return err;
}

/* Each program has its own instruction without effect, so that their tags differ. */
static int seed_load(struct seed *seed, int index)
{
	const struct seed_program *wanted = &programs[index];
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = index + 1 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_0,
		  .imm = wanted->returns },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = wanted->type,
		.expected_attach_type = wanted->attach_type,
		.name = wanted->name,
		.instructions = instructions,
		.instruction_count = COUNT_OF(instructions),
	};
	int fd = seed->kernel->ops->load(seed->kernel, &request);
	char path[256];
	int err = 0;

	seed->programs[index] = fd;
	for (size_t i = 0; i < COUNT_OF(maps) && fd >= 0 && !err; i++)
		if (wanted->maps & (1ULL << i))
			err = kernel_model_bind_map(seed->kernel, fd, seed->maps[i]);
	if (fd < 0 || err || !wanted->pin)
		return fd < 0 ? fd : err;
	snprintf(path, sizeof(path), "%s/%s", KERNEL_MODEL_BPFFS, wanted->pin);
	return seed->kernel->ops->pin(seed->kernel, fd, path);
}

/* The load times do not depend on the time at which the session was opened. */
static void seed_set_times(struct kernel *kernel)
{
	struct kernel_model *model = model_enter(kernel);

	for (uint32_t id = 1; id < model->programs.next; id++) {
		struct model_object *program = model->programs.objects[id];

		if (program)
			((struct model_program *)program)->info.loaded_at = LOADED_AT + 60 * id;
	}
	model_leave(model, 0);
}

static int seed_load_all(struct seed *seed)
{
	int err = 0;

	for (size_t i = 0; i < COUNT_OF(maps) && !err; i++) {
		seed->maps[i] = kernel_model_map_new(seed->kernel, maps[i]);
		err = seed->maps[i] < 0 ? seed->maps[i] : 0;
	}
	for (int i = 0; i < PROGRAMS && !err; i++)
		err = seed_load(seed, i);
	seed_set_times(seed->kernel);
	return err;
}

/* An older kernel rejects multi mode, preorder or links with EINVAL: the seed leaves these out. */
static int seed_ignore_unknown(int err)
{
	return err == -EINVAL ? 0 : err;
}

static int seed_attach_all(struct seed *seed)
{
	const struct kernel_ops *ops = seed->kernel->ops;
	int err = 0;

	for (size_t i = 0; i < COUNT_OF(attachments) && !err; i++) {
		int fd = seed_open_cgroup(seed, attachments[i].cgroup);
		const struct kernel_attach request = {
			.target_fd = fd,
			.program_fd = seed->programs[attachments[i].program],
			.type = programs[attachments[i].program].attach_type,
			.flags = attachments[i].flags,
		};

		err = fd < 0 ? fd : seed_ignore_unknown(ops->attach(seed->kernel, &request));
		ops->close(seed->kernel, fd);
	}
	return err;
}

static int seed_make_link(struct seed *seed)
{
	const struct kernel_ops *ops = seed->kernel->ops;
	int cgroup = seed_open_cgroup(seed, LINK_CGROUP);
	const struct kernel_link_create request = {
		.target_fd = cgroup,
		.program_fd = seed->programs[RESOLVE],
		.type = programs[RESOLVE].attach_type,
	};
	int link = cgroup < 0 ? cgroup : ops->link_create(seed->kernel, &request);
	int err = link < 0 ? seed_ignore_unknown(link) : ops->pin(seed->kernel, link, LINK_PIN);

	ops->close(seed->kernel, link);
	ops->close(seed->kernel, cgroup);
	return err;
}

int kernel_model_seed(struct kernel *kernel)
{
	struct seed seed = { .kernel = kernel };
	int err;

	memset(seed.maps, NO_PROGRAM, sizeof(seed.maps));
	memset(seed.programs, NO_PROGRAM, sizeof(seed.programs));
	err = seed_make_cgroups(&seed);
	if (!err)
		err = seed_load_all(&seed);
	if (!err)
		err = seed_attach_all(&seed);
	if (!err)
		err = seed_make_link(&seed);
	for (int i = 0; i < PROGRAMS; i++)
		kernel->ops->close(kernel, seed.programs[i]);
	for (size_t i = 0; i < COUNT_OF(maps); i++)
		kernel->ops->close(kernel, seed.maps[i]);
	return err;
}
