/* SPDX-License-Identifier: BSD-2-Clause */
/* Every bpffs that is mounted for this process. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/fd.h"
#include "kernel/live.h"

/* A mount of a bpffs, or of a directory in it. */
struct live_mount {
	struct live_mount *next;
	dev_t device;
	bool hidden;
	const char *root;  /* the directory of the bpffs that is mounted */
	const char *point; /* where */
	char text[];
};

/* Blanks and the like are written as \040. */
static void live_unescape(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		if (*at == '\\' && strspn(at + 1, "01234567") >= 3) {
			*to++ = (char)(((at[1] & 3) << 6) | ((at[2] & 7) << 3) | (at[3] & 7));
			at += 3;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
}

/* The mount of a line of mountinfo; NULL: it is of another kind, or (with ENOMEM) no memory. */
static struct live_mount *live_parse_mount(const char *line)
{
	struct live_mount *mount;
	unsigned major, minor;
	int root = 0, point = 0;
	struct statfs fs;
	struct stat st;
	char *at;

	errno = 0;
	sscanf(line, "%*u %*u %u:%u %n%*s %n", &major, &minor, &root, &point);
	if (!point || !strstr(line + point, " - bpf "))
		return NULL;
	mount = malloc(sizeof(*mount) + strlen(line) + 1);
	if (!mount)
		return NULL;
	strcpy(mount->text, line);
	at = mount->text + root;
	at[strcspn(at, " ")] = '\0';
	live_unescape(at);
	mount->root = at;
	at = mount->text + point;
	at[strcspn(at, " ")] = '\0';
	live_unescape(at);
	mount->point = at;
	mount->device = makedev(major, minor);
	mount->hidden = statfs(at, &fs) || (int)fs.f_type != LIVE_FS_BPF || stat(at, &st) ||
			st.st_dev != mount->device;
	return mount;
}

/* Reads the mounts in their order. */
static int live_read_mounts(struct live_mount **out)
{
	FILE *file = fd_fopen("/proc/self/mountinfo");
	struct live_mount **end = out;
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	*out = NULL;
	if (!file)
		return -errno;
	while (!err && getline(&line, &size, file) >= 0) {
		*end = live_parse_mount(line);
		if (*end) {
			(*end)->next = NULL;
			end = &(*end)->next;
		} else if (errno == ENOMEM) {
			err = -ENOMEM;
		}
	}
	if (!err && ferror(file))
		err = -errno;
	free(line);
	fclose(file);
	return err;
}

static void live_free_mounts(struct live_mount *mounts)
{
	while (mounts) {
		struct live_mount *next = mounts->next;

		free(mounts);
		mounts = next;
	}
}

/* True if all of the mount can be seen at the other. */
static bool live_mount_is_in(const struct live_mount *mount, const struct live_mount *other)
{
	size_t length = strlen(other->root);

	if (other->hidden || mount->device != other->device ||
	    strncmp(mount->root, other->root, length) != 0)
		return false;
	return length == 1 || !mount->root[length] || mount->root[length] == '/';
}

/* True if another mount shows it: a larger one, or the first of those that show the same. */
static bool live_mount_is_double(const struct live_mount *mount, const struct live_mount *mounts)
{
	bool before = true;

	for (const struct live_mount *other = mounts; other; other = other->next) {
		if (other == mount) {
			before = false;
			continue;
		}
		if (live_mount_is_in(mount, other) &&
		    (before || mount->hidden || !live_mount_is_in(other, mount)))
			return true;
	}
	return false;
}

int kernel_live_bpffs_each(struct kernel *kernel, kernel_mount_fn fn, void *user)
{
	struct live_mount *mounts;
	int err = live_read_mounts(&mounts);

	(void)kernel;
	for (const struct live_mount *mount = mounts; mount && !err; mount = mount->next)
		if (!live_mount_is_double(mount, mounts))
			err = fn(mount->point, mount->hidden, user);
	live_free_mounts(mounts);
	return err;
}
