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

/* Far above all descriptors that are open here, and therefore always closed. */
enum { CLOSED_FD = 971, UNKNOWN_ID = 0x7ffffff0 };

static struct fixture_object *new_thing(struct fixture *fixture, const char *name, int fd)
{
	struct fixture_object *object = &fixture->objects[fixture->object_count++];

	if (fixture->object_count > FIXTURE_OBJECTS_MAX)
		bail_out("too many objects");
	*object = (struct fixture_object){ .name = strdup(name), .fd = fd };
	if (!object->name)
		bail_out("out of memory");
	return object;
}

void fixture_objects_add(struct fixture *fixture, const char *name, int fd, bool of_case)
{
	struct fixture_object *object = new_thing(fixture, name, fd);

	object->kind = fd < 0 || fd == CLOSED_FD ? RULES_CLOSED : RULES_OTHER;
	object->of_case = of_case;
}

/* The same programs on both kernels: each returns a constant. */
static int load(struct fixture *fixture, const char *name, uint32_t attach_type, int returns)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = returns },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = type_info_of(attach_type)->prog_type,
		.expected_attach_type = attach_type,
		.name = name,
		.instructions = insns,
		.instruction_count = sizeof(insns) / sizeof(insns[0]),
	};
	int fd = fixture->kernel->ops->load(fixture->kernel, &request);

	if (fd < 0)
		bail_out("program %s does not load: %s", name, cgswap_errno_get_name(-fd));
	return fd;
}

static void add_program(struct fixture *fixture, const char *name, uint32_t attach_type, int returns)
{
	struct fixture_object *object = new_thing(fixture, name, load(fixture, name, attach_type, returns));
	struct kernel_program info;

	if (fixture->kernel->ops->program_info(fixture->kernel, object->fd, &info))
		bail_out("cannot read the info of %s", name);
	object->kind = RULES_PROGRAM;
	object->program = (struct rules_program){
		.kind = RULES_PROGRAM,
		.id = info.id,
		.type = info.type,
		.attach_type = attach_type,
		.only_own_type = returns > 1,
	};
}

void fixture_objects_make(struct fixture *fixture)
{
	static const char *const passing[] = { "A", "B", "C", "D", "E" };
	char name[32];

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		add_program(fixture, passing[i], EGRESS, 1);
	add_program(fixture, "ingress", INGRESS, 1);
	add_program(fixture, "strict", EGRESS, 3);
	add_program(fixture, "c4", CONNECT4, 1);
	add_program(fixture, "c4b", CONNECT4, 1);
	add_program(fixture, "c6", CONNECT6, 1);
	add_program(fixture, "ops", SOCK_OPS, 1);
	add_program(fixture, "dev", DEVICE, 1);
	fixture_objects_add(fixture, "stdin", 0, false);
	fixture_objects_add(fixture, "none", -1, false);
	fixture_objects_add(fixture, "closed", CLOSED_FD, false);
	fixture_cgroup_add_objects(fixture);
	for (int i = 0; i < FILLERS; i++) {
		snprintf(name, sizeof(name), "filler%d", i);
		fixture->fillers[i] = load(fixture, name, EGRESS, 1);
	}
}

static void forget(struct fixture *fixture, bool of_case)
{
	size_t kept = 0;

	for (size_t i = 0; i < fixture->object_count; i++) {
		struct fixture_object *object = &fixture->objects[i];

		if (of_case && !object->of_case) {
			fixture->objects[kept++] = *object;
			continue;
		}
		if (object->fd > 0 && object->fd != CLOSED_FD)
			fixture->kernel->ops->close(fixture->kernel, object->fd);
		free((char *)(uintptr_t)object->name);
	}
	fixture->object_count = kept;
}

void fixture_objects_drop_links(struct fixture *fixture)
{
	forget(fixture, true);
}

void fixture_objects_free(struct fixture *fixture)
{
	forget(fixture, false);
	for (int i = 0; i < FILLERS; i++)
		fixture->kernel->ops->close(fixture->kernel, fixture->fillers[i]);
}

uint32_t fixture_objects_add_link(struct fixture *fixture, const struct fixture_object *program, int fd)
{
	const struct rules_program held = program->program;
	struct kernel_link info;
	struct fixture_object *object;
	char name[32];

	snprintf(name, sizeof(name), "link:%s", program->name);
	object = new_thing(fixture, name, fd);
	if (fixture->kernel->ops->link_info(fixture->kernel, fd, &info))
		bail_out("cannot read the info of %s", name);
	object->kind = RULES_LINK;
	object->program = held;
	object->link_id = info.id;
	object->of_case = true;
	return info.id;
}

const struct fixture_object *fixture_object(struct fixture *fixture, const char *name)
{
	for (size_t i = 0; i < fixture->object_count; i++)
		if (!strcmp(fixture->objects[i].name, name))
			return &fixture->objects[i];
	bail_out("%s: unknown object '%s'", fixture->row->name, name);
}

int fixture_fd(struct fixture *fixture, const char *name)
{
	return name ? fixture_object(fixture, name)->fd : 0;
}

uint32_t fixture_anchor_id(struct fixture *fixture, const char *name)
{
	const struct fixture_object *object;

	if (!strcmp(name, "0"))
		return 0;
	if (!strcmp(name, "unknown"))
		return UNKNOWN_ID;
	object = fixture_object(fixture, name);
	return object->kind == RULES_LINK ? object->link_id : object->program.id;
}

bool fixture_lacks_object(const struct fixture *fixture, const char *name)
{
	for (size_t i = 0; i < fixture->object_count; i++)
		if (!strcmp(fixture->objects[i].name, name))
			return fixture->objects[i].fd < 0 && strcmp(name, "none");
	return false;
}
