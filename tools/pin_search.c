/* SPDX-License-Identifier: BSD-2-Clause */
#include "pin_search.h"

#include <dirent.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

enum {
	DEPTH_MAX = 8,
	PINS_MAX = 1000, /* that are opened: the search must not take longer than the change */
};

struct pin_search {
	cgswap_session *session;
	unsigned pins;
	void (*fn)(const char *path, uint32_t program_id, void *user);
	void *user;
};

static void pin_search_try(struct pin_search *search, const char *path)
{
	char source[PATH_MAX + sizeof("pin:")];
	cgswap_program *program;

	if (search->pins++ >= PINS_MAX)
		return;
	snprintf(source, sizeof(source), "pin:%s", path);
	/* maps and links are pinned too */
	if (cgswap_program_open(&program, search->session, source, NULL) != CGSWAP_OK)
		return;
	search->fn(path, cgswap_program_get_id(program), search->user);
	cgswap_program_unref(program);
}

static void pin_search_below(struct pin_search *search, const char *directory, int depth)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;
	char path[PATH_MAX];
	struct stat file;

	if (!stream)
		return;
	while ((entry = readdir(stream))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    (size_t)snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name) >=
			    sizeof(path) ||
		    lstat(path, &file) != 0)
			continue;
		if (S_ISREG(file.st_mode))
			pin_search_try(search, path);
		else if (S_ISDIR(file.st_mode) && depth < DEPTH_MAX)
			pin_search_below(search, path, depth + 1);
	}
	closedir(stream);
}

void pin_search(cgswap_session *session,
		void (*fn)(const char *path, uint32_t program_id, void *user), void *user)
{
	struct pin_search search = {
		.session = session,
		.fn = fn,
		.user = user,
	};
	const char *bpffs = cgswap_session_get_bpffs(session);
	struct statfs system;

	/* the bpffs of a simulated kernel is not in the file system */
	if (*bpffs && strcmp(cgswap_session_get_kernel(session), "live") == 0 &&
	    statfs(bpffs, &system) == 0 && (unsigned long)system.f_type == BPF_FS_MAGIC)
		pin_search_below(&search, bpffs, 0);
}
