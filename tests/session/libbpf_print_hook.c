/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that saves and restores libbpf's print hook while another thread loads through the
 * library may save and restore the library's print hook. The program's messages still reach its own
 * print hook, and no message loops.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <bpf/libbpf.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { TURNS = 100000, PAUSE_US = 50 };

static cgswap_session *session;
static char *object;
static atomic_uint lines, other_lines;
static atomic_bool stop;

static int original(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	lines++;
	return 0;
}

static int temporary(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	other_lines++;
	return 0;
}

static void *load(void *unused)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };
	cgswap_program *program;

	(void)unused;
	while (!stop) {
		cgswap_program_open(&program, session, object, &egress);
		cgswap_program_unref(program);
	}
	return NULL;
}

static void speak(void)
{
	bpf_object__close(bpf_object__open_mem("not ELF", 7, NULL));
}

int main(void)
{
	libbpf_print_fn_t saved = original;
	pthread_t thread;

	need_live();
	session = live_session();
	object = build_path("tests/bpf/object/one_program.bpf.o");
	libbpf_set_print(original);
	if (pthread_create(&thread, NULL, load, NULL))
		bail_out("no thread");
	for (int i = 0; i < TURNS; i++) {
		saved = libbpf_set_print(temporary);
		if (saved != original)
			break;
		libbpf_set_print(saved);
		usleep(PAUSE_US);
	}
	stop = true;
	pthread_join(thread, NULL);
	ok(saved != original, "the program saved the print hook of the library");
	expect_ok(cgswap_program_open(&(cgswap_program *){ NULL }, session, object, NULL),
		  "the library loads before the program restores it");
	speak();
	is_int(other_lines > 0, true, "the program's temporary print hook gets the messages");
	libbpf_set_print(saved);

	lines = 0;
	speak();
	ok(lines > 0, "after the restore its first print hook gets them again");
	stop = false;
	expect_ok(cgswap_program_open(&(cgswap_program *){ NULL }, session, object, NULL),
		  "the library loads once more");
	lines = 0;
	speak();
	ok(lines > 0, "its first print hook still gets the messages");
	free(object);
	cgswap_session_unref(session);
	return done_testing();
}
