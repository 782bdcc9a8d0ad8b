/* SPDX-License-Identifier: BSD-2-Clause */
#include "state_dir.h"

#include "bpffs.h"
#include "live.h"
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

bool state_dir_is_unfinished(void)
{
	FILE *file = fopen(state_dir_file("journal"), "r");
	bool unfinished = file != NULL;
	char line[4096];

	while (file && fgets(line, sizeof(line), file))
		unfinished &= strncmp(line, "ended ", 6) != 0;
	if (file)
		fclose(file);
	return unfinished;
}

unsigned state_dir_count_pins(void)
{
	DIR *directory = opendir(BPFFS), *inner;
	unsigned count = 0;
	struct dirent *entry;
	char name[400];

	while (directory && (entry = readdir(directory))) {
		if (strncmp(entry->d_name, "cgswap", 6))
			continue;
		snprintf(name, sizeof(name), BPFFS "/%s", entry->d_name);
		inner = opendir(name);
		while (inner && (entry = readdir(inner)))
			count += entry->d_name[0] != '.';
		if (inner)
			closedir(inner);
		count += 100;
	}
	if (directory)
		closedir(directory);
	return count;
}

cgswap_session *state_dir_session(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .bpffs = BPFFS,
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir() };
	cgswap_session *session;

	if (cgswap_session_open(&session, &opts))
		bail_out("no session: %s", cgswap_error_get_message(cgswap_last_error()));
	return session;
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
