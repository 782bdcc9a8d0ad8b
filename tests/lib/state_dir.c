/* SPDX-License-Identifier: BSD-2-Clause */
#include "state_dir.h"

#include "bpffs.h"
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];
static pid_t owner;

static void clear_files(const char *name)
{
	DIR *directory = opendir(name);
	struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(directory), entry->d_name, 0);
	if (directory)
		closedir(directory);
}

bool state_dir_is_clean(void)
{
	DIR *directory = opendir(BPFFS);
	struct dirent *entry;
	bool clean = !state_dir_has("journal") && !state_dir_has("journal.new");

	while (directory && (entry = readdir(directory)))
		clean &= strncmp(entry->d_name, "cgswap", 6) != 0;
	if (directory)
		closedir(directory);
	return clean;
}

void state_dir_clear(void)
{
	char model[sizeof(path) + 8];

	clear_files(path);
	/* that of a simulated kernel */
	snprintf(model, sizeof(model), "%s/model", path);
	clear_files(model);
	rmdir(model);
}

static void remove_it(void)
{
	if (getpid() != owner)
		return;
	state_dir_clear();
	rmdir(path);
}

const char *state_dir(void)
{
	if (owner)
		return path;
	strcpy(path, "/tmp/cgswap-state-XXXXXX");
	if (!mkdtemp(path))
		bail_out("no state directory: %s", strerror(errno));
	owner = getpid();
	atexit(remove_it);
	return path;
}

const char *state_dir_file(const char *name)
{
	static char buffers[4][128];
	static unsigned next;
	char *buffer = buffers[next++ % 4];

	snprintf(buffer, sizeof(buffers[0]), "%s/%s", state_dir(), name);
	return buffer;
}

bool state_dir_has(const char *name)
{
	return access(state_dir_file(name), F_OK) == 0;
}
