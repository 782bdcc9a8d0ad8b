/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the cgroups, pins, programs and maps that the lines of a world name. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_world.h"

enum { WORLD_PATH = 4096, WORLD_LOADED_AT = 1767254400 /* 2026-01-01 08:00:00 UTC */ };

enum cgswap_status error_world(const struct world *world, enum cgswap_cause cause,
			       const char *format, ...)
{
	struct error_text text, reason;
	va_list args;

	va_start(args, format);
	error_text_format(&reason, format, args);
	va_end(args);
	error_text_clear(&text);
	error_text_add(&text, "world: line %zu{line}, '%.200s'{found}: ", world->line,
		       world->shown);
	error_text_add_text(&text, &reason);
	return error_set_text(cause, 0, &text);
}

/* ---- cgroups and pins -------------------------------------------------------------------------
 */

/* The path of a name below a mount; an absolute path stays. False if it is too long. */
static bool world_path(char path[WORLD_PATH], const char *mount, const char *name)
{
	int length = *name == '/' ? snprintf(path, WORLD_PATH, "%s", name)
				  : snprintf(path, WORLD_PATH, "%s/%s", mount, name);

	return length < WORLD_PATH;
}

static bool world_is_below(const char *path, const char *mount)
{
	size_t length = strlen(mount);

	return strncmp(path, mount, length) == 0 && (!path[length] || path[length] == '/');
}

/* Makes each directory of a path below the mount that does not exist. */
static int world_mkdir(struct kernel *kernel, char *path)
{
	char *slash = path + strlen(KERNEL_MODEL_CGROUPS);
	int err = 0;

	while (*slash && (!err || err == -EEXIST)) {
		char *next = slash + 1 + strcspn(slash + 1, "/");
		char was = *next;

		*next = '\0';
		err = kernel_model_mkdir(kernel, path);
		*next = was;
		slash = next;
	}
	return err == -EEXIST ? 0 : err;
}

enum cgswap_status world_cgroup(int *fd, const struct world *world, const char *name)
{
	const struct kernel_ops *ops = world->kernel->ops;
	char path[WORLD_PATH];
	bool fits = world_path(path, KERNEL_MODEL_CGROUPS, name);
	int err;

	*fd = -1;
	if (fits && !world_is_below(path, KERNEL_MODEL_CGROUPS))
		return error_world(world, CGSWAP_CAUSE_NOT_A_CGROUP,
				   "'%s'{path} is not below '%s'{expected}", name,
				   KERNEL_MODEL_CGROUPS);
	err = fits ? world_mkdir(world->kernel, path) : -ENAMETOOLONG;
	if (err == -ENAMETOOLONG || err == -EAGAIN)
		return error_world(world, CGSWAP_CAUSE_BAD_ARGUMENT,
				   "'%.200s'{path} is too long or has too many levels", name);
	*fd = err ? err : ops->cgroup_open(world->kernel, path);
	if (*fd == -ENOMEM)
		return error_no_memory();
	if (*fd >= 0 && ops->kind(world->kernel, *fd) == KERNEL_IS_CGROUP)
		return CGSWAP_OK;
	ops->close(world->kernel, *fd);
	*fd = -1;
	return error_world(world, CGSWAP_CAUSE_NOT_A_CGROUP, "'%s'{path} cannot be a cgroup", path);
}

enum cgswap_status world_pin(const struct world *world, int fd, const char *name)
{
	char path[WORLD_PATH];
	int err = -ENAMETOOLONG;

	if (world_path(path, KERNEL_MODEL_BPFFS, name))
		err = world->kernel->ops->pin(world->kernel, fd, path);
	if (err == -ENOMEM)
		return error_no_memory();
	if (err == -EEXIST)
		return error_world(world, CGSWAP_CAUSE_PIN_EXISTS, "'%s'{path} exists already",
				   path);
	if (err)
		return error_world(world, CGSWAP_CAUSE_PIN_FAILED,
				   "'%.200s'{path} is not a path of a file in '%s'{expected}", name,
				   KERNEL_MODEL_BPFFS);
	return CGSWAP_OK;
}

/* ---- programs and maps ------------------------------------------------------------------------
 */

struct world_object *world_find(const struct world *world, const char *name,
				const struct attach_type *type)
{
	struct world_object *found = world->objects;

	while (found && (found->type != type || strcmp(found->name, name) != 0))
		found = found->next;
	return found;
}

/* The descriptor becomes the world's. */
static enum cgswap_status world_add(struct world *world, const char *name,
				    const struct attach_type *type, int fd)
{
	struct world_object *made = malloc(sizeof(*made));

	if (!made) {
		world->kernel->ops->close(world->kernel, fd);
		return error_no_memory();
	}
	*made = (struct world_object){ world->objects, name, type, fd };
	world->objects = made;
	return CGSWAP_OK;
}

void world_free_objects(struct world *world)
{
	while (world->objects) {
		struct world_object *object = world->objects;

		world->objects = object->next;
		world->kernel->ops->close(world->kernel, object->fd);
		free(object);
	}
}

void world_set_tag(const struct world *world, int fd, const uint8_t *tag)
{
	struct kernel_model *model = model_enter(world->kernel);
	struct model_object *object = model_object_at(model, fd, KERNEL_IS_PROGRAM);

	memcpy(((struct model_program *)object)->info.tag, tag, KERNEL_TAG_SIZE);
	model_leave(model, 0);
}

/* The load time does not depend on the time at which the session was opened. */
static int world_set_info(const struct world *world, int fd, const char *name)
{
	struct kernel_model *model = model_enter(world->kernel);
	struct model_object *object = model_object_at(model, fd, KERNEL_IS_PROGRAM);
	struct model_program *program = (struct model_program *)object;

	program->info.loaded_at = WORLD_LOADED_AT + 60 * object->id;
	program->full_name = strdup(name);
	return model_leave(model, program->full_name ? 0 : -ENOMEM);
}

/* Each program has its own instruction without effect, so that their tags differ. */
static int world_load(const struct world *world, const char *name, const struct attach_type *type)
{
	const struct kernel_model *model = (const struct kernel_model *)world->kernel;
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_1,
		  .imm = (int32_t)model->programs.next },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = type->program_type,
		.expected_attach_type = type->number,
		.name = name,
		.instructions = instructions,
		.instruction_count = sizeof(instructions) / sizeof(*instructions),
	};

	return world->kernel->ops->load(world->kernel, &request);
}

static bool world_is_program_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.";

	return *name && !name[strspn(name, allowed)];
}

enum cgswap_status world_program(int *fd, struct world *world, const char *name,
				 const struct attach_type *type)
{
	const struct world_object *known = world_find(world, name, type);

	if (known) {
		*fd = known->fd;
		return CGSWAP_OK;
	}
	if (!world_is_program_name(name))
		return error_world(world, CGSWAP_CAUSE_BAD_ARGUMENT,
				   "'%s'{program_name} cannot be the name of a program: only "
				   "letters, digits, '_' and '.' are allowed",
				   name);
	*fd = world_load(world, name, type);
	if (*fd == -EINVAL)
		return error_world(world, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE,
				   "the model does not have the attach type '%s'{attach_type}",
				   type->short_name);
	if (*fd < 0)
		return error_no_memory();
	if (world_set_info(world, *fd, name)) {
		world->kernel->ops->close(world->kernel, *fd);
		return error_no_memory();
	}
	return world_add(world, name, type, *fd);
}

enum cgswap_status world_maps(struct world *world, int program, char *names)
{
	enum cgswap_status status = CGSWAP_OK;
	char *left, *name;

	for (name = strtok_r(names, ",", &left); name && !status;
	     name = strtok_r(NULL, ",", &left)) {
		const struct world_object *map = world_find(world, name, NULL);
		int fd = map ? map->fd : kernel_model_map_new(world->kernel, name);

		if (fd < 0)
			return error_no_memory();
		if (!map)
			status = world_add(world, name, NULL, fd);
		if (!status && kernel_model_bind_map(world->kernel, program, fd))
			return error_world(world, CGSWAP_CAUSE_BAD_ARGUMENT, "too many maps");
	}
	return status;
}
