/* SPDX-License-Identifier: BSD-2-Clause */
/* The pins of a transaction, in a directory of the bpffs that only this transaction uses. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/error.h"
#include "base/text.h"
#include "journal/journal.h"
#include "kernel/errno_error.h"
#include "program/pin.h"

static const char pins_prefix[] = "cgswap_transaction_";

enum cgswap_status journal_pins_name(char *path, size_t size, struct cgswap_session *session,
				     uint64_t id)
{
	unsigned mark = 0;

	if (!*session->bpffs) {
		error_set(
			CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
			"a transaction with a journal pins its programs, and no bpffs is mounted");
		error_remedy("run `mount -t bpf bpf /sys/fs/bpf`");
		return CGSWAP_E_NOT_FOUND;
	}
	/* other state directories count their transactions by themselves */
	if (getrandom(&mark, sizeof(mark), GRND_NONBLOCK) < 0)
		mark = (unsigned)(uintptr_t)path;
	if ((size_t)snprintf(path, size, "%s/%s%llu_%08x", session->bpffs, pins_prefix,
			     (unsigned long long)id, mark) >= size)
		return error_bad_argument("'%.400s'{path} is too long", session->bpffs);
	return CGSWAP_OK;
}

bool journal_has_pin(const char *path)
{
	const char *found = strstr(path, pins_prefix);

	return found && found > path && found[-1] == '/';
}

static enum cgswap_status pins_error(struct cgswap_session *session, const char *path, int errnum)
{
	enum cgswap_status status = pin_error(session, errnum, path);

	if (errnum == EACCES || errnum == EPERM || errnum == EROFS)
		error_remedy("allow this process to write to '%s'", session->bpffs);
	return status;
}

enum cgswap_status journal_pins_make(struct cgswap_session *session, const char *path)
{
	int err = session->kernel->ops->pin_directory_make(session->kernel, path);

	return err ? pins_error(session, path, -err) : CGSWAP_OK;
}

void journal_pin_path(char *out, size_t size, const char *path, char kind, uint32_t id)
{
	snprintf(out, size, "%s/%c%u", path, kind, id);
}

enum cgswap_status journal_pin(struct cgswap_session *session, const char *path, char kind,
			       uint32_t id, int fd)
{
	char pin[PATH_MAX];
	int err;

	journal_pin_path(pin, sizeof(pin), path, kind, id);
	err = session->kernel->ops->pin(session->kernel, fd, pin);
	return err && err != -EEXIST ? pins_error(session, pin, -err) : CGSWAP_OK;
}

int journal_pin_open(struct cgswap_session *session, const char *path, char kind, uint32_t id)
{
	char pin[PATH_MAX];

	journal_pin_path(pin, sizeof(pin), path, kind, id);
	return session->kernel->ops->pin_open(session->kernel, pin);
}

int journal_unpin(struct cgswap_session *session, const char *path, char kind, uint32_t id)
{
	char pin[PATH_MAX];
	int err;

	journal_pin_path(pin, sizeof(pin), path, kind, id);
	err = session->kernel->ops->unpin(session->kernel, pin);
	return err == -ENOENT ? 0 : err;
}

/* ---- removal --------------------------------------------------------------------------------- */

struct pins_removal {
	struct kernel *kernel;
	const char *path;
	size_t removed;
};

static int pins_remove_one(const char *name, void *user)
{
	struct pins_removal *removal = user;
	char pin[PATH_MAX];
	int err;

	if ((*name != 'p' && *name != 'm') || !text_is_digits(name + 1))
		return 0;
	snprintf(pin, sizeof(pin), "%s/%s", removal->path, name);
	err = removal->kernel->ops->unpin(removal->kernel, pin);
	removal->removed += !err;
	return err == -ENOENT ? 0 : err;
}

/* A record names the directory: only one that a transaction made is touched. */
static bool pins_is_ours(struct cgswap_session *session, const char *path)
{
	return strncmp(text_file_name(path), pins_prefix, sizeof(pins_prefix) - 1) == 0 &&
	       session->kernel->ops->is_bpffs(session->kernel, path);
}

enum cgswap_status journal_pins_check(struct cgswap_session *session,
				      const struct journal_directory *directory, const char *name,
				      const struct journal_record *record)
{
	size_t length = (size_t)(text_file_name(record->pins) - record->pins);
	char path[PATH_MAX];
	enum cgswap_status status;
	bool other_boot;
	uint64_t id;
	int err;

	if (!record->bpffs || length < 2 || length >= sizeof(path))
		return CGSWAP_OK;
	status = journal_is_of_other_boot(&other_boot, session->kernel, record);
	if (status || other_boot)
		return status;
	memcpy(path, record->pins, length - 1);
	path[length - 1] = '\0';
	err = session->kernel->ops->bpffs_id(session->kernel, path, &id);
	if (!err && id == record->bpffs)
		return CGSWAP_OK;
	if (error_is_exhaustion(err))
		return error_from_errno(session->kernel, 0, -err, "'%.400s'{path} cannot be read",
					path);
	error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
		  "transaction %llu{transaction} has its pins in another bpffs than the one that "
		  "this process has at '%.400s'{path}",
		  (unsigned long long)record->id, path);
	error_remedy("run the command in the mount namespace where the transaction ran; if that "
		     "bpffs was unmounted, its pins are gone: %sremove '%.200s/%s'",
		     strcmp(name, JOURNAL_CURRENT) == 0
			     ? "see with `cgswap recover` what each entry has, and "
			     : "",
		     directory->path, name);
	return CGSWAP_E_NOT_FOUND;
}

int journal_pins_remove(struct cgswap_session *session, const char *path)
{
	struct pins_removal removal = { .kernel = session->kernel, .path = path };
	char inside[PATH_MAX];
	int err;

	if (!*path || !pins_is_ours(session, path))
		return 0;
	/* a listing may leave out names when others are removed meanwhile */
	journal_pin_path(inside, sizeof(inside), path, 'p', 0);
	do {
		removal.removed = 0;
		err = session->kernel->ops->pin_names(session->kernel, inside, pins_remove_one,
						      &removal);
	} while (!err && removal.removed);
	if (!err)
		err = session->kernel->ops->pin_directory_remove(session->kernel, path);
	/* another process pinned something there, which is not ours to remove */
	if (err == -ENOTEMPTY)
		session_log(session, CGSWAP_LOG_WARNING,
			    "'%s' has pins of others, and stays in the bpffs", path);
	return err == -ENOENT || err == -ENOTEMPTY ? 0 : err;
}
