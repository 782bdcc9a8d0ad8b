/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program saves and restores libbpf's print hook while the library loads in another thread, and so
 * may save and restore the library's own. Its messages go to its own hook all the same, and none of
 * them goes round for ever.
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
	ok(saved != original, "the library's hook was there when the program saved it");
	speak();
	is_int(other_lines > 0, true, "until it is restored the program's new hook has the messages");
	libbpf_set_print(saved);

	lines = 0;
	speak();
	ok(lines > 0, "then its first one has them again");
	stop = false;
	expect_ok(cgswap_program_open(&(cgswap_program *){ NULL }, session, object, NULL),
		  "the library loads once more");
	lines = 0;
	speak();
	ok(lines > 0, "and its messages still get there");
	free(object);
	cgswap_session_unref(session);
	return done_testing();
}
