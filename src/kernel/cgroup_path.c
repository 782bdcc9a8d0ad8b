/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/cgroup_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/path_problem.h"
#include "kernel/errno_error.h"

/* True if a path relative to the mount leads above the mount. */
static bool cgroup_path_leaves_mount(const char *path)
{
	int depth = 0;

	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && path[0] == '.' && path[1] == '.')
			depth--;
		else if (length && !(length == 1 && path[0] == '.'))
			depth++;
		if (depth < 0)
			return true;
		path += length;
		path += strspn(path, "/");
	}
	return false;
}

enum cgswap_status cgroup_path_remedy_mount(void)
{
	error_remedy("mount it (`mount -t cgroup2 none /sys/fs/cgroup`), or give an absolute path; "
		     "without /proc only the usual places are searched");
	return CGSWAP_E_NOT_FOUND;
}

enum cgswap_status cgroup_path_complete(char *full, size_t size, const char *mount,
					const char *argument, const char *name)
{
	size_t length;

	if (*name != '/') {
		if (!*mount) {
			error_set(CGSWAP_CAUSE_CGROUP_UNREACHABLE, 0,
				  "%s'%s'{cgroup} cannot be looked up: no cgroup2 is mounted",
				  argument, name);
			return cgroup_path_remedy_mount();
		}
		if (cgroup_path_leaves_mount(name))
			return error_set(CGSWAP_CAUSE_CGROUP_UNREACHABLE, 0,
					 "%s'%s'{cgroup} leads out of the cgroup2 mount "
					 "'%s'{path}",
					 argument, name, mount);
	}
	if (*name == '/')
		length = snprintf(full, size, "%s", name);
	else
		length = snprintf(full, size, "%s/%s", mount, name);
	if (length >= size)
		return error_bad_argument("%sthe path of the cgroup has %zu{found} bytes; expected "
					  "at most "
					  "%zu{expected}",
					  argument, length, size - 1);
	return CGSWAP_OK;
}

/* Cuts the path after its first component that cannot be opened. */
static void cgroup_path_cut_missing(char *path, struct kernel *kernel)
{
	char *end = path + strspn(path, "/");

	for (;;) {
		char next;
		int fd;

		end += strcspn(end, "/");
		next = *end;
		*end = '\0';
		fd = kernel->ops->cgroup_open(kernel, path);
		if (fd < 0)
			return;
		kernel->ops->close(kernel, fd);
		*end = next;
		if (!next)
			return;
		end += strspn(end, "/");
	}
}

/* Removes the last component, or the slashes at the end: the file that was used as a directory. */
static void cgroup_path_strip(char *path)
{
	size_t length = strlen(path);

	if (length && path[length - 1] != '/')
		length = strrchr(path, '/') ? (size_t)(strrchr(path, '/') - path) : length;
	while (length > 1 && path[length - 1] == '/')
		length--;
	path[length] = '\0';
}

/* The permissions of files: the directory above the first component that cannot be opened. */
static enum cgswap_status error_cgroup_search(struct kernel *kernel, const char *argument,
					      const char *path)
{
	char *directory = strdup(path);

	if (!directory)
		return error_no_memory();
	cgroup_path_cut_missing(directory, kernel);
	cgroup_path_strip(directory);
	error_set(CGSWAP_CAUSE_DENIED_BY_POLICY, EACCES,
		  "%s'%s'{cgroup} cannot be opened: this process lacks search permission for "
		  "'%s'{path}, and %s{capability}",
		  argument, path, *directory ? directory : "/", "CAP_DAC_READ_SEARCH");
	free(directory);
	error_remedy("give this process search permission for that directory (chown, chmod), or "
		     "run the command with CAP_DAC_READ_SEARCH");
	return CGSWAP_E_PERMISSION;
}

static enum cgswap_status error_cgroup_component(struct kernel *kernel, const char *argument,
						 const char *path, int errnum)
{
	char *component = strdup(path);
	enum cgswap_status status;

	if (!component)
		return error_no_memory();
	cgroup_path_cut_missing(component, kernel);
	if (errnum == ENOENT) {
		status = error_set(CGSWAP_CAUSE_CGROUP_NOT_FOUND, errnum,
				   "%s'%s'{cgroup} does not exist", argument, component);
	} else {
		cgroup_path_strip(component);
		status = error_set(CGSWAP_CAUSE_CGROUP_NOT_FOUND, errnum,
				   "%s'%s'{cgroup} is not a directory", argument, component);
	}
	free(component);
	return status;
}

enum cgswap_status error_cgroup_path(struct kernel *kernel, const char *argument, const char *path,
				     int errnum)
{
	switch (path_problem_of(errnum)) {
	case PATH_MISSING:
		return error_cgroup_component(kernel, argument, path, errnum);
	case PATH_UNUSABLE:
		return error_bad_argument("%s'%s'{cgroup} cannot be opened: %s", argument, path,
					  cgswap_errno_get_name(errnum));
	default:
		if (errnum == EACCES && *path == '/')
			return error_cgroup_search(kernel, argument, path);
		return error_from_errno(kernel, 0, errnum, "%s'%s'{cgroup} cannot be opened",
					argument, path);
	}
}
