/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup_argument.h"
#include "report.h"

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* True for `.`, `..`, and paths that begin with one of them. */
static bool is_from_working_directory(const char *word)
{
	size_t length = strcspn(word, "/");

	return length > 0 && length <= 2 && strncmp(word, "..", length) == 0;
}

static bool is_below_mount(const char *word)
{
	return *word && *word != '/' && strncmp(word, "fd:", strlen("fd:")) != 0 &&
	       !is_from_working_directory(word);
}

static bool is_cgroup(const char *path, struct stat *file)
{
	struct statfs system;

	return statfs(path, &system) == 0 && system.f_type == CGROUP2_SUPER_MAGIC &&
	       stat(path, file) == 0;
}

static char *join_paths(const char *directory, const char *name)
{
	size_t size = strlen(directory) + strlen(name) + 2;
	char *path = malloc(size);

	if (path)
		snprintf(path, size, "%s/%s", directory, name);
	return path;
}

static enum exit_status error_working_directory(const struct options *options, const char *word,
						int errnum)
{
	char message[PATH_MAX + 64];

	snprintf(message, sizeof(message), "'%s' cannot be looked up: the working directory %s",
		 word, errnum == ENOENT ? "was removed" : "cannot be read");
	return report_refusal(options, CGSWAP_CAUSE_CGROUP_UNREACHABLE, errnum, message,
			      "give the absolute path of the cgroup");
}

static enum exit_status error_two_cgroups(const struct options *options, const char *word,
					  const char *below_mount, const char *below_directory)
{
	char message[3 * PATH_MAX + 64], remedy[PATH_MAX + 64];

	snprintf(message, sizeof(message), "'%s' may be '%s' or '%s'", word, below_mount,
		 below_directory);
	snprintf(remedy, sizeof(remedy), "give './%s' for the second one, or an absolute path",
		 word);
	return report_usage(options, message, remedy);
}

static enum exit_status error_only_below_directory(const struct options *options, const char *word,
						   const char *below_mount)
{
	char message[PATH_MAX + 64], remedy[PATH_MAX + 64];

	snprintf(message, sizeof(message), "'%s' does not exist", below_mount);
	snprintf(remedy, sizeof(remedy), "did you mean './%s'?", word);
	return report_refusal(options, CGSWAP_CAUSE_CGROUP_NOT_FOUND, ENOENT, message, remedy);
}

/* Checks a path below the mount, which may also be one below the working directory. */
static enum exit_status check_below_mount(const struct options *options, const char *mount,
					  const char *directory, const char *word)
{
	char *below_mount = join_paths(mount, word), *below_directory = join_paths(directory, word);
	enum exit_status status = EXIT_DONE;
	struct stat one, other;

	if (!below_mount || !below_directory)
		status = report_no_memory(options, false);
	else if (!is_cgroup(below_directory, &other))
		status = EXIT_DONE;
	else if (!is_cgroup(below_mount, &one))
		status = error_only_below_directory(options, word, below_mount);
	else if (one.st_dev != other.st_dev || one.st_ino != other.st_ino)
		status = error_two_cgroups(options, word, below_mount, below_directory);
	free(below_mount);
	free(below_directory);
	return status;
}

enum exit_status cgroup_argument_read(char **out, const struct options *options,
				      cgswap_session *session, const char *word)
{
	const char *mount = cgswap_session_get_cgroup_root(session);
	enum exit_status status = EXIT_DONE;
	bool from_directory = is_from_working_directory(word);
	char directory[PATH_MAX];

	*out = NULL;
	/* the tree of the simulated kernel has no working directory */
	if (strcmp(options->kernel, "live") == 0 && (from_directory || is_below_mount(word))) {
		if (getcwd(directory, sizeof(directory))) {
			if (from_directory)
				*out = join_paths(directory, word);
			else if (*mount)
				status = check_below_mount(options, mount, directory, word);
		} else if (from_directory) {
			return error_working_directory(options, word, errno);
		}
	}
	if (status != EXIT_DONE)
		return status;
	if (!*out)
		*out = strdup(word);
	return *out ? EXIT_DONE : report_no_memory(options, false);
}
