/* SPDX-License-Identifier: BSD-2-Clause */
/* The name and tag of a program as text. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "program/program.h"

void program_name(char *name, size_t size, struct kernel *kernel, int fd,
		  const struct kernel_program *info)
{
	text_copy(name, size, info->name);
	/* only a name that fills its field can be truncated */
	if (strlen(info->name) == KERNEL_NAME_SIZE - 1)
		kernel->ops->program_full_name(kernel, fd, name, size);
}

void program_tag(char *tag, const struct kernel_program *info)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < KERNEL_TAG_SIZE; i++) {
		*tag++ = digits[info->tag[i] >> 4];
		*tag++ = digits[info->tag[i] & 15];
	}
	*tag = '\0';
}

static void program_name_by_id(char *name, size_t size, struct kernel *kernel, uint32_t id)
{
	int fd = kernel->ops->program_by_id(kernel, id);
	struct kernel_program info;

	*name = '\0';
	if (fd < 0)
		return;
	if (kernel->ops->program_info(kernel, fd, &info) == 0)
		program_name(name, size, kernel, fd, &info);
	kernel->ops->close(kernel, fd);
}

void program_add_label(struct error_text *text, struct kernel *kernel, uint32_t id)
{
	char name[PROGRAM_NAME_SIZE];

	program_name_by_id(name, sizeof(name), kernel, id);
	error_text_add(text, "%u{program_id}", id);
	if (*name)
		error_text_add(text, " (%s{program_name})", name);
}

const char *program_label(char *text, struct kernel *kernel, uint32_t id)
{
	char name[PROGRAM_NAME_SIZE];

	program_name_by_id(name, sizeof(name), kernel, id);
	if (*name)
		snprintf(text, PROGRAM_LABEL_SIZE, "%u (%s)", id, name);
	else
		snprintf(text, PROGRAM_LABEL_SIZE, "%u", id);
	return text;
}
