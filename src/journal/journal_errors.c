/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/error.h"
#include "base/shell_word.h"
#include "base/text.h"
#include "journal/journal.h"
#include "kernel/errno_error.h"

/* The meaning of an errno of journal_file_open(), if it has one of its own; or NULL. */
static const char *journal_file_problem(int errnum)
{
	switch (errnum) {
	case ELOOP:
		return "is a symbolic link";
	case EISDIR:
		return "is a directory";
	case ENODEV:
		return "is not a regular file";
	case EMLINK:
		return "has another name elsewhere";
	case EFBIG:
		return "is too large";
	default:
		return NULL;
	}
}

enum cgswap_status journal_error_unsafe(const char *path, const char *reason, const char *how)
{
	error_set(CGSWAP_CAUSE_JOURNAL_UNWRITABLE, EPERM, "'%.400s'{path} %s", path, reason);
	error_remedy("%sname a directory that only this user can write to (--state-dir)", how);
	return CGSWAP_E_SYSTEM;
}

enum cgswap_status journal_error_not_directory(const char *path)
{
	struct stat status;
	bool exists = lstat(path, &status) == 0;

	error_set(CGSWAP_CAUSE_JOURNAL_UNWRITABLE, ENOTDIR, "'%.400s'{path} %s", path,
		  exists ? "is not a directory" : "leads through a file");
	error_remedy("name a directory that only this user can write to (--state-dir)");
	return CGSWAP_E_SYSTEM;
}

enum cgswap_status journal_error_unwritable(struct kernel *kernel, const char *path, int errnum)
{
	if (error_is_exhaustion(-errnum))
		return error_from_errno(kernel, 0, errnum,
					"the journal in '%.400s'{path} cannot "
					"be written",
					path);
	error_set(CGSWAP_CAUSE_JOURNAL_UNWRITABLE, errnum,
		  "the journal in '%.400s'{path} cannot be written: %s", path,
		  cgswap_errno_get_name(errnum));
	if (errnum == ENOENT)
		error_remedy("create the directory, or name another one (--state-dir)");
	else if (errnum != ENOSPC)
		error_remedy("name a directory that this process can write to (--state-dir)");
	return CGSWAP_E_SYSTEM;
}

/* Another directory would not have the journal that the call is about. */
static enum cgswap_status journal_error_here(const struct journal_directory *directory, int errnum)
{
	enum cgswap_status status;

	status = journal_error_unwritable(directory->kernel, directory->path, errnum);
	if (directory->is_for_new)
		return status;
	if (errnum == EROFS)
		error_remedy("make the file system writable again (`mount -o remount,rw`)");
	else if (errnum == EACCES || errnum == EPERM)
		error_remedy("run this as the user whose journal it is");
	return status;
}

enum cgswap_status journal_error_file(const struct journal_directory *directory, const char *name,
				      int errnum)
{
	const char *problem = journal_file_problem(errnum);
	char path[PATH_MAX];

	if (!problem)
		return journal_error_here(directory, errnum);
	snprintf(path, sizeof(path), "%s/%s", directory->path, name);
	error_set(CGSWAP_CAUSE_JOURNAL_UNWRITABLE, errnum, "'%.400s'{path} %s", path, problem);
	error_remedy("remove it, or name another directory (--state-dir)");
	return CGSWAP_E_SYSTEM;
}

enum cgswap_status journal_error_unreadable(struct kernel *kernel, const char *path, int errnum)
{
	const char *problem = journal_file_problem(errnum);

	if (error_is_exhaustion(-errnum))
		return error_from_errno(kernel, 0, errnum, "'%.400s'{path} cannot be read", path);
	if (problem)
		return error_set(CGSWAP_CAUSE_JOURNAL_DAMAGED, errnum, "'%.400s'{path} %s", path,
				 problem);
	error_set(CGSWAP_CAUSE_JOURNAL_DAMAGED, errnum, "'%.400s'{path} cannot be read: %s", path,
		  cgswap_errno_get_name(errnum));
	if (errnum == EACCES || errnum == EPERM)
		error_remedy("run this as the user whose journal it is");
	return CGSWAP_E_SYSTEM;
}

enum cgswap_status journal_error_damaged(const char *path, size_t line, const char *reason)
{
	if (!line)
		return error_set(CGSWAP_CAUSE_JOURNAL_DAMAGED, 0, "'%.400s'{path} %s", path,
				 reason);
	return error_set(CGSWAP_CAUSE_JOURNAL_DAMAGED, 0, "line %zu{line} of '%.400s'{path} %s",
			 line, path, reason);
}

const char *journal_time(char text[JOURNAL_TIME_SIZE], int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm parts;

	if (!gmtime_r(&time, &parts) ||
	    !strftime(text, JOURNAL_TIME_SIZE, "%Y-%m-%d %H:%M:%S UTC", &parts))
		snprintf(text, JOURNAL_TIME_SIZE, "an unknown time");
	return text;
}

/* The file of the command, without its path and arguments. */
static void journal_command_name(char *name, size_t size, const char *command)
{
	size_t length = strcspn(command, " ");
	const char *slash = memrchr(command, '/', length);

	if (slash) {
		length -= (size_t)(slash + 1 - command);
		command = slash + 1;
	}
	snprintf(name, size, "%.*s", length ? (int)length : 1, length ? command : "?");
}

enum cgswap_status journal_error_busy(const char *path, const struct journal_who *who)
{
	char name[64], since[JOURNAL_TIME_SIZE];
	const char *where = "";

	if (!who)
		return error_set(CGSWAP_CAUSE_TRANSACTION_BUSY, 0,
				 "another process is running a transaction in '%.400s'{path}",
				 path);
	/* the number may be that of a process here, which has nothing to do with it */
	if (!journal_who_is_here(who))
		where = " of another pid namespace, or a child that it left,";
	journal_command_name(name, sizeof(name), who->command);
	return error_set(CGSWAP_CAUSE_TRANSACTION_BUSY, 0,
			 "process %u{pid} (%s)%s has been running another transaction in "
			 "'%.400s'{path} since %s{since}",
			 who->pid, name, where, path, journal_time(since, who->since));
}

const char *journal_option(char text[JOURNAL_OPTION_SIZE], const struct kernel *kernel,
			   const char *state_dir)
{
	bool is_model = strcmp(kernel->ops->name, "model") == 0;
	const char *option = is_model ? " --kernel model --state-dir " : " --state-dir ";
	const size_t length = strlen(option);

	text[0] = '\0';
	if (!is_model && strcmp(state_dir, "/run/cgswap") == 0)
		return text;
	strcpy(text, option);
	if (!shell_word(text + length, JOURNAL_OPTION_SIZE - length, state_dir))
		strcpy(text + length, "DIR");
	return text;
}

enum cgswap_status journal_error_unfinished(const struct journal_directory *directory,
					    const struct journal_record *record)
{
	char name[64], since[JOURNAL_TIME_SIZE], option[JOURNAL_OPTION_SIZE];

	journal_command_name(name, sizeof(name), record->who.command);
	error_set(
		CGSWAP_CAUSE_TRANSACTION_UNFINISHED, 0,
		"process %u{pid} (%s) began transaction %llu{transaction} at %s{since} and did not "
		"finish it; its journal is in '%.400s'{path}",
		record->who.pid, name, (unsigned long long)record->id,
		journal_time(since, record->who.since), directory->path);
	journal_option(option, directory->kernel, directory->state_dir);
	error_remedy("run `cgswap recover%s` to see it, and `cgswap recover --finish%s` or "
		     "`--undo%s` to end it",
		     option, option, option);
	return CGSWAP_E_BUSY;
}

enum cgswap_status journal_error_not_held(const struct journal_directory *directory, uint64_t id,
					  bool other_boot)
{
	char option[JOURNAL_OPTION_SIZE];
	unsigned long long number = id;
	const char *path = directory->path;

	if (!id)
		error_set(CGSWAP_CAUSE_TRANSACTION_NOT_HELD, 0,
			  "no transaction in '%.400s'{path} is held for an undo", path);
	else if (other_boot)
		error_set(CGSWAP_CAUSE_TRANSACTION_NOT_HELD, 0,
			  "transaction %llu{transaction} in '%.400s'{path} is of an earlier "
			  "boot, which its programs did not outlive",
			  number, path);
	else
		error_set(CGSWAP_CAUSE_TRANSACTION_NOT_HELD, 0,
			  "transaction %llu{transaction} in '%.400s'{path} is not held for an undo",
			  number, path);
	error_remedy("`cgswap history%s` lists the transactions, and those that are held",
		     journal_option(option, directory->kernel, directory->state_dir));
	return CGSWAP_E_NOT_FOUND;
}
