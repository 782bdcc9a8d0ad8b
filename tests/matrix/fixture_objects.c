/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_objects.h"

#include "model/model.h"
#include "../lib/attach_types.h"
#include "../lib/tap.h"
#include "fixture_cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Far above what is ever open here, and so never a descriptor by accident. */
enum { CLOSED_FD = 971, UNKNOWN_ID = 0x7ffffff0 };

static struct thing *new_thing(struct ground *ground, const char *name, int fd)
{
	struct thing *thing = &ground->things[ground->thing_count++];

	if (ground->thing_count > THINGS_MAX)
		bail_out("too many things");
	*thing = (struct thing){ .name = strdup(name), .fd = fd };
	if (!thing->name)
		bail_out("out of memory");
	return thing;
}

void things_add(struct ground *ground, const char *name, int fd, bool of_case)
{
	struct thing *thing = new_thing(ground, name, fd);

	thing->kind = fd < 0 || fd == CLOSED_FD ? RULES_CLOSED : RULES_OTHER;
	thing->of_case = of_case;
}

/* The same programs on both doors: they return a number, and nothing else. */
static int load(struct ground *ground, const char *name, uint32_t hook, int returns)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = returns },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = hook_of(hook)->prog_type,
		.expected_attach_type = hook,
		.name = name,
		.instructions = insns,
		.instruction_count = sizeof(insns) / sizeof(insns[0]),
	};
	int fd = ground->kernel->ops->load(ground->kernel, &request);

	if (fd < 0)
		bail_out("program %s does not load: %s", name, cgswap_errno_get_name(-fd));
	return fd;
}

static void add_program(struct ground *ground, const char *name, uint32_t hook, int returns)
{
	struct thing *thing = new_thing(ground, name, load(ground, name, hook, returns));
	struct kernel_program info;

	if (ground->kernel->ops->program_info(ground->kernel, thing->fd, &info))
		bail_out("no info of %s", name);
	thing->kind = RULES_PROGRAM;
	thing->program = (struct rules_program){
		.kind = RULES_PROGRAM,
		.id = info.id,
		.type = info.type,
		.hook = hook,
		.only_hook = returns > 1,
	};
}

void things_make(struct ground *ground)
{
	static const char *const passing[] = { "A", "B", "C", "D", "E" };
	char name[32];

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		add_program(ground, passing[i], EGRESS, 1);
	add_program(ground, "ingress", INGRESS, 1);
	add_program(ground, "strict", EGRESS, 3);
	add_program(ground, "c4", CONNECT4, 1);
	add_program(ground, "c4b", CONNECT4, 1);
	add_program(ground, "c6", CONNECT6, 1);
	add_program(ground, "ops", SOCK_OPS, 1);
	add_program(ground, "dev", DEVICE, 1);
	things_add(ground, "stdin", 0, false);
	things_add(ground, "none", -1, false);
	things_add(ground, "closed", CLOSED_FD, false);
	place_add_things(ground);
	for (int i = 0; i < FILLERS; i++) {
		snprintf(name, sizeof(name), "filler%d", i);
		ground->fillers[i] = load(ground, name, EGRESS, 1);
	}
}

static void forget(struct ground *ground, bool of_case)
{
	size_t kept = 0;

	for (size_t i = 0; i < ground->thing_count; i++) {
		struct thing *thing = &ground->things[i];

		if (of_case && !thing->of_case) {
			ground->things[kept++] = *thing;
			continue;
		}
		if (thing->fd > 0 && thing->fd != CLOSED_FD)
			ground->kernel->ops->close(ground->kernel, thing->fd);
		free((char *)(uintptr_t)thing->name);
	}
	ground->thing_count = kept;
}

void things_drop_links(struct ground *ground)
{
	forget(ground, true);
}

void things_free(struct ground *ground)
{
	forget(ground, false);
	for (int i = 0; i < FILLERS; i++)
		ground->kernel->ops->close(ground->kernel, ground->fillers[i]);
}

uint32_t things_add_link(struct ground *ground, const struct thing *program, int fd)
{
	const struct rules_program held = program->program;
	struct kernel_link info;
	struct thing *thing;
	char name[32];

	snprintf(name, sizeof(name), "link:%s", program->name);
	thing = new_thing(ground, name, fd);
	if (ground->kernel->ops->link_info(ground->kernel, fd, &info))
		bail_out("no info of %s", name);
	thing->kind = RULES_LINK;
	thing->program = held;
	thing->link_id = info.id;
	thing->of_case = true;
	return info.id;
}

const struct thing *ground_thing(struct ground *ground, const char *name)
{
	for (size_t i = 0; i < ground->thing_count; i++)
		if (!strcmp(ground->things[i].name, name))
			return &ground->things[i];
	bail_out("%s: there is nothing called %s", ground->row->name, name);
}

int ground_fd(struct ground *ground, const char *name)
{
	return name ? ground_thing(ground, name)->fd : 0;
}

uint32_t ground_anchor_id(struct ground *ground, const char *name)
{
	const struct thing *thing;

	if (!strcmp(name, "0"))
		return 0;
	if (!strcmp(name, "unknown"))
		return UNKNOWN_ID;
	thing = ground_thing(ground, name);
	return thing->kind == RULES_LINK ? thing->link_id : thing->program.id;
}

bool ground_lacks(const struct ground *ground, const char *name)
{
	for (size_t i = 0; i < ground->thing_count; i++)
		if (!strcmp(ground->things[i].name, name))
			return ground->things[i].fd < 0 && strcmp(name, "none");
	return false;
}
