/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes up the record of a process that died. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "journal/journal.h"

static enum cgswap_status resume_open(struct journal_writer *writer,
				      const struct journal_record *record)
{
	int err, fd = journal_file_open(&writer->directory, JOURNAL_CURRENT, O_WRONLY | O_APPEND);

	writer->fd = fd < 0 ? -1 : fd;
	err = fd < 0 ? fd : 0;
	if (!err && ftruncate(fd, (off_t)record->length))
		err = -errno;
	if (err)
		return journal_error_unwritable(writer->session->kernel, writer->directory.path,
						-err);
	writer->written = record->length;
	writer->written_sum = writer->text.sum = record->sum;
	writer->written_steps = writer->step_count = record->step_count;
	return CGSWAP_OK;
}

static enum cgswap_status resume_read(struct journal_writer *writer, struct journal_record **record,
				      bool reopen)
{
	enum cgswap_status status = journal_sweep(record, writer->session, &writer->directory);

	if (status || !*record)
		return status;
	if (reopen)
		status = journal_pins_check(writer->session, &writer->directory, JOURNAL_CURRENT,
					    *record);
	if (status)
		return status;
	writer->id = (*record)->id;
	writer->aim = (*record)->aim;
	writer->is_ready = true;
	snprintf(writer->pins, sizeof(writer->pins), "%s", (*record)->pins);
	if (writer->directory.last_id < writer->id)
		writer->directory.last_id = writer->id;
	return reopen ? resume_open(writer, *record) : CGSWAP_OK;
}

enum cgswap_status journal_resume(struct journal_writer *out, struct journal_record **record,
				  struct cgswap_session *session, const char *path, int wait_ms,
				  bool reopen)
{
	enum cgswap_status status;

	*record = NULL;
	*out = (struct journal_writer){ .session = session, .owner = getpid(), .fd = -1 };
	status = journal_directory_open(&out->directory, session->kernel, path, false);
	if (!status && out->directory.fd >= 0)
		status = journal_lock(&out->directory, wait_ms);
	if (!status && out->directory.fd >= 0)
		status = resume_read(out, record, reopen);
	if (status || !*record) {
		journal_record_free(*record);
		*record = NULL;
		journal_writer_close(out);
	}
	return status;
}
