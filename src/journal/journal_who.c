/* SPDX-License-Identifier: BSD-2-Clause */
/* The process that runs a transaction, and the boot that it runs in. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fd.h"
#include "journal/journal.h"
#include "kernel/errno_error.h"

/* The command line of a process, its words separated by blanks; "" if it cannot be read. */
static void journal_read_command(char *out, size_t size, const char *path)
{
	FILE *file = fd_fopen(path);
	size_t length = file ? fread(out, 1, size - 1, file) : 0;

	if (file)
		fclose(file);
	while (length && !out[length - 1])
		length--;
	out[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (!out[i])
			out[i] = ' ';
}

enum cgswap_status journal_read_boot(char boot[JOURNAL_BOOT_SIZE], struct kernel *kernel)
{
	int err = kernel->ops->boot_id(kernel, boot, JOURNAL_BOOT_SIZE);

	if (!err)
		return CGSWAP_OK;
	if (error_is_exhaustion(err))
		return error_from_errno(kernel, 0, -err, "the id of this boot cannot be read");
	error_set(CGSWAP_CAUSE_JOURNAL_UNWRITABLE, -err, "the id of this boot cannot be read: %s",
		  cgswap_errno_get_name(-err));
	error_remedy("mount procfs at /proc");
	return CGSWAP_E_SYSTEM;
}

enum cgswap_status journal_is_of_other_boot(bool *out, struct kernel *kernel,
					    const struct journal_record *record)
{
	char boot[JOURNAL_BOOT_SIZE];
	enum cgswap_status status = journal_read_boot(boot, kernel);

	*out = !status && strcmp(boot, record->boot) != 0;
	return status;
}

uint64_t journal_id_make(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void journal_who_read(struct journal_who *out)
{
	out->uid = (uint32_t)getuid();
	out->pid = (uint32_t)getpid();
	out->since = (int64_t)time(NULL);
	journal_read_command(out->command, sizeof(out->command), "/proc/self/cmdline");
}

bool journal_who_is_here(const struct journal_who *who)
{
	char path[64], command[sizeof(who->command)];

	if (kill((pid_t)who->pid, 0) && errno != EPERM)
		return false;
	snprintf(path, sizeof(path), "/proc/%u/cmdline", who->pid);
	journal_read_command(command, sizeof(command), path);
	return !*command || strcmp(command, who->command) == 0;
}

void journal_who_write(struct journal_text *text, const struct journal_who *who)
{
	journal_text_number(text, "uid", who->uid);
	journal_text_number(text, "pid", who->pid);
	journal_text_number(text, "since", (uint64_t)who->since);
	journal_text_string(text, "command", who->command);
}

bool journal_who_parse(struct journal_who *out, const struct journal_line *line)
{
	const char *command = journal_line_string(line, "command");
	uint64_t uid, pid, since;

	if (!command || !journal_line_number(line, "uid", UINT32_MAX, &uid) ||
	    !journal_line_number(line, "pid", INT32_MAX, &pid) ||
	    !journal_line_number(line, "since", INT64_MAX, &since))
		return false;
	out->uid = (uint32_t)uid;
	out->pid = (uint32_t)pid;
	out->since = (int64_t)since;
	snprintf(out->command, sizeof(out->command), "%s", command);
	return true;
}
