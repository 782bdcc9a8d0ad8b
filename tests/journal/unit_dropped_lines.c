/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A step that a growing journal refuses takes the lines with it that were not written yet, among them
 * those of programs that cgswap loaded. They are written with the next step that has the program.
 */
#include "journal/journal.h"

#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <string.h>
#include <unistd.h>

static cgswap_session *session;
static struct journal_writer writer;
static struct program *old, *new, *first;

static struct program *make(const char *name)
{
	struct program *program;
	int fd = prog_pass(EGRESS, name);

	if (program_from_fd(&program, session->kernel, fd))
		bail_out("no program: %s", cgswap_error_get_message(cgswap_last_error()));
	return program;
}

static enum cgswap_status add(struct program *from, struct program *to)
{
	const struct journal_step step = {
		.cgroup_id = 1,
		.cgroup = "/c",
		.type = attach_type_by_number(EGRESS),
		.old = { from->info.id, from->name, from->tag },
		.new = { to->info.id, to->name, to->tag },
	};

	return journal_add_step(&writer, &step, from, to);
}

static enum cgswap_status add_loaded(void)
{
	char limit[] = "limit", seven[] = "7", rate[] = "rate", one[] = "1";
	struct carried_constant carried[] = { { limit, seven, true }, { rate, one, false } };
	const struct constant_report constants = { .carried = carried, .carried_count = 2 };
	enum cgswap_status status = add(old, new);

	return status ? status : journal_add_loaded(&writer, new, &constants);
}

int main(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .bpffs = BPFFS,
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir() };
	const struct journal_aim aim = { 0 };
	struct journal_record *record;
	struct program closed;

	need_live();
	bpffs_private();
	if (cgswap_session_open(&session, &opts))
		bail_out("no session");
	old = make("old");
	new = make("new");
	first = make("first");
	closed = *first;
	closed.fd = -1;
	closed.info.id = UINT32_MAX;

	if (journal_begin(&writer, session, state_dir(), 0, &aim) || add(old, first) ||
	    journal_ready(&writer))
		bail_out("no journal: %s", cgswap_error_get_message(cgswap_last_error()));
	ok(!add_loaded(), "a step with a program that was loaded");
	ok(add(&closed, first), "a step that is refused");
	ok(!add_loaded(), "the first one again");
	ok(!journal_grow(&writer), "they are written");
	if (journal_record_read(&record, &writer.directory, JOURNAL_CURRENT) || !record)
		bail_out("no record: %s", cgswap_error_get_message(cgswap_last_error()));
	is_int((long long)record->step_count, 2, "two steps");
	is_int((long long)record->loaded_count, 1, "the program that was loaded");
	is_int((long long)record->constants.count, 1, "and its constant");
	is_int((long long)record->carried.count, 1, "and the one that may have been set");
	ok(record->loaded_count && record->loaded[0].program_id == new->info.id, "the right one");
	journal_record_free(record);
	journal_end(&writer, "undone");
	journal_writer_close(&writer);
	program_unref(old);
	program_unref(new);
	program_unref(first);
	cgswap_session_unref(session);
	return done_testing();
}
