/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without a callback nothing is printed, not even by libbpf; with one every line goes there; what
 * was given with it is destroyed exactly once. What makes the library talk here is a preorder
 * entry whose preorder it cannot see from the order.
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

/* How many bytes reach stdout and stderr while libbpf has much to say. */
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

/* Prepares a swap about which there is something to say. */
static void talk(cgswap_session *session)
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

	expect_ok(cgswap_session_set_log(session, listen, &first, destroy), "a callback");
	talk(session);
	ok(first.lines > 0, "lines were told");
	ok(!first.newline, "each without its newline");

	expect_ok(cgswap_session_set_log(session, listen, &second, destroy), "another callback");
	is_int(first.destroyed, 1, "what came with the first is destroyed");
	first.lines = 0;
	talk(session);
	ok(!first.lines && second.lines, "lines go to the other");
	expect_ok(cgswap_session_set_log(session, NULL, NULL, NULL), "no callback");
	is_int(second.destroyed, 1, "what came with the other is destroyed");
	second.lines = 0;
	talk(session);
	is_int(second.lines, 0, "lines go nowhere");
	is_int(first.destroyed + second.destroyed, 2, "nothing is destroyed twice");
}

/* libbpf has one callback for the whole process, and that is not ours. */
static void libbpf_is_left_alone(cgswap_session *session)
{
	libbpf_print_fn_t before = libbpf_set_print(foreign_print);

	EXPECT_CAUSE(open_refused(session), OBJECT_REFUSED, "an object that libbpf refuses");
	is_int(foreign_lines, 0, "our lines do not reach the process's own callback");
	ok(libbpf_set_print(before) == foreign_print, "which is still in place");
}

/* Closes the session, at last. */
static void from_the_callback(cgswap_session *session)
{
	struct listener closing = { .session = session };

	cgswap_session_set_log(session, listen, &closing, destroy);
	talk(session);
	is_int(closing.close_cause, CGSWAP_CAUSE_HANDLE_IN_USE,
	       "a callback that closes its session is told that it is in use");
	closing.session = NULL;
	is_int(closing.destroyed, 0, "it is still there");
	expect_ok(cgswap_session_close(session), "close");
	cgswap_session_unref(session);
	is_int(closing.destroyed, 1, "with the session it goes");
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

	is_int(printed_meanwhile(session), 0, "nothing is printed");
	lines(session);
	libbpf_is_left_alone(session);
	from_the_callback(session);
	cgswap_program_unref(spare);
	return done_testing();
}
