/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without a log callback nothing is printed, not even by libbpf. With one, it gets every line, and
 * its user data is destroyed exactly once. The library logs here because it cannot see the preorder
 * flag of an entry from the order.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct listener {
	int lines;
	int destroyed;
	bool newline;
	cgswap_session *session;
	enum cgswap_cause close_cause;
};

static void listen(int level, const char *line, void *user)
{
	struct listener *listener = user;

	listener->lines += level >= CGSWAP_LOG_WARNING && level <= CGSWAP_LOG_DEBUG;
	listener->newline |= strchr(line, '\n') != NULL;
	if (!listener->session)
		return;
	cgswap_session_close(listener->session);
	listener->close_cause = cgswap_error_get_cause(cgswap_last_error());
}

static void destroy(void *user)
{
	((struct listener *)user)->destroyed++;
}

static enum cgswap_status open_refused(cgswap_session *session)
{
	char *path = build_path("tests/bpf/object/calls_nowhere.bpf.o");
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, session, path, NULL);

	free(path);
	return status;
}

/* Counts the bytes on stdout and stderr while libbpf has messages. */
static long printed_meanwhile(cgswap_session *session)
{
	FILE *file = tmpfile();
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	long size;

	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	dup2(fileno(file), STDERR_FILENO);
	open_refused(session);
	fflush(stdout);
	fflush(stderr);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	fclose(file);
	return size;
}

static int foreign_lines;

static int foreign_print(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return ++foreign_lines;
}

static struct scratch cgroup;
static cgswap_program *spare;

/* Prepares a swap that makes the library log. */
static void prepare_swap(cgswap_session *session)
{
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", spare, NULL), "a swap is prepared");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
}

static void lines(cgswap_session *session)
{
	struct listener first = { .lines = 0 }, second = { .lines = 0 };

	expect_ok(cgswap_session_set_log(session, listen, &first, destroy),
		  "a log callback is set");
	prepare_swap(session);
	ok(first.lines > 0, "it gets lines");
	ok(!first.newline, "each line without a newline");

	expect_ok(cgswap_session_set_log(session, listen, &second, destroy),
		  "another log callback is set");
	is_int(first.destroyed, 1, "the user data of the first is destroyed");
	first.lines = 0;
	prepare_swap(session);
	ok(!first.lines && second.lines, "only the second gets lines");
	expect_ok(cgswap_session_set_log(session, NULL, NULL, NULL), "the log callback is removed");
	is_int(second.destroyed, 1, "the user data of the second is destroyed");
	second.lines = 0;
	prepare_swap(session);
	is_int(second.lines, 0, "it gets no more lines");
	is_int(first.destroyed + second.destroyed, 2, "no user data is destroyed twice");
}

/* libbpf has one callback for the whole process, which the library must not replace. */
static void libbpf_is_left_alone(cgswap_session *session)
{
	libbpf_print_fn_t before = libbpf_set_print(foreign_print);

	EXPECT_CAUSE(open_refused(session), OBJECT_REFUSED, "libbpf rejects an object");
	is_int(foreign_lines, 0, "libbpf's messages to us do not reach the process's callback");
	ok(libbpf_set_print(before) == foreign_print, "the process's callback is still set");
}

/* Also closes the session. */
static void from_the_callback(cgswap_session *session)
{
	struct listener closing = { .session = session };

	cgswap_session_set_log(session, listen, &closing, destroy);
	prepare_swap(session);
	is_int(closing.close_cause, CGSWAP_CAUSE_HANDLE_IN_USE,
	       "a callback that closes its session gets handle_in_use");
	closing.session = NULL;
	is_int(closing.destroyed, 0, "its user data still exists");
	expect_ok(cgswap_session_close(session), "the session is closed");
	cgswap_session_unref(session);
	is_int(closing.destroyed, 1, "the user data is destroyed with the session");
}

int main(void)
{
	int preorder, fd;
	cgswap_session *session;

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	session = live_session();
	cgroup = scratch_new("log");
	preorder = prog_pass(EGRESS, "preorder");
	raw_attach(cgroup.fd, preorder, EGRESS, RAW_MULTI | RAW_PREORDER);
	fd = prog_pass(EGRESS, "spare");
	spare = live_program(session, fd);

	is_int(printed_meanwhile(session), 0, "nothing is printed without a callback");
	lines(session);
	libbpf_is_left_alone(session);
	from_the_callback(session);
	cgswap_program_unref(spare);
	return done_testing();
}
