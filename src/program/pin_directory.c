/* SPDX-License-Identifier: BSD-2-Clause */
/* A directory of pins, as `bpftool prog loadall` makes one: it has a pin for each program. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "program/pin.h"

struct pin_directory {
	struct kernel *kernel;
	char path[4096];
	size_t length; /* without the name of a pin, and with the slash before it */
	struct error_text text;
	size_t found;
};

static int pin_directory_add(const char *name, void *user)
{
	struct pin_directory *directory = user;
	struct kernel *kernel = directory->kernel;
	size_t left = sizeof(directory->path) - directory->length;
	int fd;

	if (strlen(name) >= left)
		return 0;
	strcpy(directory->path + directory->length, name);
	fd = kernel->ops->pin_open(kernel, directory->path);
	if (fd < 0)
		return 0;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM)
		error_text_add(
			&directory->text, "%s%s{candidate}",
			directory->found++ ? ", " : "; its pins of programs: ", directory->path);
	kernel->ops->close(kernel, fd);
	return 0;
}

static enum cgswap_status error_pin_directory(const struct pin_directory *directory,
					      const char *path)
{
	if (!directory->found) {
		error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, EISDIR,
			  "'%.400s'{pin} is a directory without pins of programs", path);
		error_remedy("name the pin of a program");
		return CGSWAP_E_NOT_FOUND;
	}
	error_set_text(CGSWAP_CAUSE_SOURCE_AMBIGUOUS, EISDIR, &directory->text);
	error_remedy("name one of these pins");
	return CGSWAP_E_ARGUMENT;
}

enum cgswap_status pin_check_directory(struct kernel *kernel, const char *path)
{
	struct pin_directory directory = { .kernel = kernel };
	size_t length = strlen(path);
	bool slash = length && path[length - 1] == '/';

	if (!kernel->ops->is_bpffs(kernel, path) || length + 1 >= sizeof(directory.path))
		return CGSWAP_OK;
	directory.length = (size_t)snprintf(directory.path, sizeof(directory.path), "%s%s", path,
					    slash ? "" : "/");
	error_text_clear(&directory.text);
	error_text_add(&directory.text, "'%.400s'{source} is a directory", path);
	if (kernel->ops->pin_names(kernel, directory.path, pin_directory_add, &directory))
		return CGSWAP_OK;
	return error_pin_directory(&directory, path);
}
