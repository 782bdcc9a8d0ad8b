/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal_left.h"

#include "../lib/bpffs.h"
#include "../lib/state_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A temporary pin has another name; the next swap of a pin in its directory removes it. */
static bool is_transaction(const char *name)
{
	return strncmp(name, "cgswap_transaction_", 19) == 0;
}

static void remove_pins_in(const char *path)
{
	DIR *directory = opendir(path);
	char pin[800];
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		snprintf(pin, sizeof(pin), "%s/%s", path, entry->d_name);
		unlink(pin);
	}
	if (directory)
		closedir(directory);
	rmdir(path);
	unlink(path);
}

/* Counts the directories of pins; remove: removes them, and temporary pins. */
unsigned journal_pins_left(bool remove)
{
	DIR *directory = opendir(BPFFS);
	unsigned left = 0;
	struct dirent *entry;
	char path[512];

	while (directory && (entry = readdir(directory))) {
		left += is_transaction(entry->d_name);
		snprintf(path, sizeof(path), BPFFS "/%s", entry->d_name);
		if (remove && strncmp(entry->d_name, "cgswap", 6) == 0)
			remove_pins_in(path);
	}
	if (directory)
		closedir(directory);
	return left;
}

static unsigned count_held(void)
{
	DIR *directory = opendir(state_dir());
	struct dirent *entry;
	unsigned count = 0;

	while (directory && (entry = readdir(directory)))
		count += strncmp(entry->d_name, "kept.", 5) == 0;
	if (directory)
		closedir(directory);
	return count;
}

bool journal_is_left(void)
{
	return state_dir_has("journal") || state_dir_has("journal.new") ||
	       state_dir_has("shelves") || count_held() || journal_pins_left(false);
}

bool journal_is_locked(void)
{
	int fd = open(state_dir_file("lock"), O_RDWR | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;

	if (fd >= 0)
		close(fd);
	return locked;
}
