/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/pin_temp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

static const char TEMP_PREFIX[] = "cgswap_";

/* ---- objects --------------------------------------------------------------------------------- */

bool pin_object_same(struct pin_object a, struct pin_object b)
{
	return a.kind == b.kind && a.id == b.id;
}

static int pin_object_of(struct pin_object *out, struct kernel *kernel, int fd)
{
	struct kernel_program program = { 0 };
	struct kernel_link link = { 0 };
	struct kernel_map map = { 0 };
	int err;

	switch (kernel->ops->kind(kernel, fd)) {
	case KERNEL_IS_PROGRAM:
		err = kernel->ops->program_info(kernel, fd, &program);
		*out = (struct pin_object){ 'p', program.id };
		return err;
	case KERNEL_IS_LINK:
		err = kernel->ops->link_info(kernel, fd, &link);
		*out = (struct pin_object){ 'l', link.id };
		return err;
	case KERNEL_IS_MAP:
		err = kernel->ops->map_info(kernel, fd, &map);
		*out = (struct pin_object){ 'm', map.id };
		return err;
	default:
		return -EINVAL;
	}
}

int pin_object_read(struct pin_object *out, struct kernel *kernel, const char *path)
{
	int err, fd = kernel->ops->pin_open(kernel, path);

	*out = (struct pin_object){ 0 };
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fd;
	err = pin_object_of(out, kernel, fd);
	kernel->ops->close(kernel, fd);
	return err;
}

/* ---- names ----------------------------------------------------------------------------------- */

void pin_temp_name(char *temp, const char *path, struct pin_object new, struct pin_object old)
{
	const char *name = text_file_name(path);
	int directory = (int)(name - path);
	size_t size = strlen(path) + PIN_TEMP_EXTRA, longest = (size_t)directory + PIN_NAME_MAX + 1;

	snprintf(temp, size < longest ? size : longest, "%.*s%s%c%u_%c%u_%s", directory, path,
		 TEMP_PREFIX, new.kind ? new.kind : 'p', new.id, old.kind ? old.kind : 'p', old.id,
		 name);
}

static const char *pin_temp_parse_object(struct pin_object *out, const char *text)
{
	unsigned long id;
	char *end;

	if (!*text || !strchr("plm", *text) || text[1] < '0' || text[1] > '9')
		return NULL;
	errno = 0;
	id = strtoul(text + 1, &end, 10);
	if (errno || id > UINT32_MAX || *end != '_')
		return NULL;
	*out = (struct pin_object){ id ? *text : 0, (uint32_t)id };
	return end + 1;
}

bool pin_temp_parse(const char *file, struct pin_object *new, struct pin_object *old,
		    const char **name)
{
	if (strncmp(file, TEMP_PREFIX, sizeof(TEMP_PREFIX) - 1) != 0)
		return false;
	*name = pin_temp_parse_object(new, file + sizeof(TEMP_PREFIX) - 1);
	if (*name)
		*name = pin_temp_parse_object(old, *name);
	return *name && **name && new->id;
}

/* ---- under the lock -------------------------------------------------------------------------- */

int pin_temp_lock(struct kernel *kernel, const char *path)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	enum { TRIES = 1000 };
	int lock = -EBUSY;

	/* not for ever: the process that has it may be stopped */
	for (int i = 0; i < TRIES && lock == -EBUSY; i++) {
		if (i)
			nanosleep(&pause, NULL);
		lock = kernel->ops->pin_lock(kernel, path);
	}
	return lock;
}

/* Before 5.16 a bpffs cannot exchange: what others pin in the moment after the look is overwritten.
 */
static int pin_temp_rename(struct kernel *kernel, const char *temp, const char *path,
			   struct pin_object old)
{
	struct pin_object found;
	int err = pin_object_read(&found, kernel, path);

	if (err)
		return err;
	if (found.id && !pin_object_same(found, old))
		return -EEXIST;
	return kernel->ops->pin_move(kernel, temp, path, KERNEL_PIN_REPLACE);
}

int pin_temp_exchange(struct kernel *kernel, const char *temp, const char *path,
		      struct pin_object new, struct pin_object old)
{
	enum { TRIES = 2 };
	struct pin_object found;
	int err = -EEXIST;

	for (int i = 0; i < TRIES && err == -EEXIST; i++) {
		err = kernel->ops->pin_move(kernel, temp, path, KERNEL_PIN_EXCHANGE);
		if (err != -ENOENT)
			continue;
		/* the old pin was removed */
		err = kernel->ops->pin_move(kernel, temp, path, KERNEL_PIN_NOREPLACE);
		if (!err)
			return 0;
	}
	if (err == -EINVAL)
		return pin_temp_rename(kernel, temp, path, old);
	if (err)
		return err;
	err = pin_object_read(&found, kernel, temp);
	if (!err && pin_object_same(found, old)) {
		/* where it cannot be removed, the next holder of the lock will do it */
		kernel->ops->unpin(kernel, temp);
		return 0;
	}
	kernel->ops->pin_move(kernel, temp, path, KERNEL_PIN_EXCHANGE);
	/* still not ours: a third pin was put over ours meanwhile, and has the path now */
	if (!err && !pin_object_read(&found, kernel, temp) && !pin_object_same(found, new))
		kernel->ops->pin_move(kernel, temp, path, KERNEL_PIN_EXCHANGE);
	return err ? err : -EEXIST;
}

/* The pin that was moved is checked first: another process may have put its pin there a moment ago. */
static void pin_temp_remove_moved(struct kernel *kernel, const char *temp, const char *path,
				  struct pin_object object)
{
	struct pin_object found;
	int err = pin_object_read(&found, kernel, temp);

	if (err || pin_object_same(found, object))
		kernel->ops->unpin(kernel, temp);
	else
		kernel->ops->pin_move(kernel, temp, path, KERNEL_PIN_NOREPLACE);
}

bool pin_temp_remove(struct kernel *kernel, const char *path, struct pin_object object,
		     const char *staged)
{
	char buffer[4096 + PIN_TEMP_EXTRA];
	const char *temp = staged ? staged : buffer;
	struct pin_object found;
	int err = pin_object_read(&found, kernel, path);

	if (!err && !pin_object_same(found, object))
		return false;
	/* a pin that we made and cannot read is most likely still ours */
	if (!err && strlen(path) >= 4096)
		err = -ENAMETOOLONG;
	if (!err && !staged)
		pin_temp_name(buffer, path, object, (struct pin_object){ 0 });
	if (!err)
		err = kernel->ops->pin_move(kernel, path, temp,
					    staged ? KERNEL_PIN_REPLACE : KERNEL_PIN_NOREPLACE);
	if (err)
		kernel->ops->unpin(kernel, path);
	else
		pin_temp_remove_moved(kernel, temp, path, object);
	return !err;
}
