/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads and processes that do not live long. */
#include "stress.h"

#include "../lib/live.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_key_t last_words;
static pthread_once_t last_words_made = PTHREAD_ONCE_INIT;

/* Runs when the thread ends, maybe after the library has freed the thread's error. */
static void say_last_words(void *value)
{
	cgswap_session *session = value;
	cgswap_chain *chain;

	if (stress_done(cgswap_chain_open(&chain, session, "/nowhere/at/all", "egress")))
		cgswap_chain_unref(chain);
	if (strlen(cgswap_error_get_log(cgswap_last_error())) > 1u << 24)
		bail_out("a log of a thread that ends");
	cgswap_session_unref(session);
}

static void make_last_words(void)
{
	pthread_key_create(&last_words, say_last_words);
}

static void *be_refused(void *value)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	char *file = build_path("tests/bpf/object/not_verifiable.bpf.o");
	cgswap_program *program;

	pthread_once(&last_words_made, make_last_words);
	pthread_setspecific(last_words, value);
	if (!cgswap_program_open(&program, value, file, &opts))
		bail_out("the verifier accepted '%s'", file);
	free(file);
	return NULL;
}

void stress_short_thread(struct stress_random *random)
{
	cgswap_session *session = stress_take(STRESS_SESSION, stress_any_slot(random));
	pthread_t thread;

	if (session && !pthread_create(&thread, NULL, be_refused, session))
		pthread_join(thread, NULL);
	else
		cgswap_session_unref(session);
}

void stress_fork_and_exec(struct stress_random *random)
{
	const char *cgroup = stress_any_cgroup(random);
	char *tool = build_path("tools/cgswap");
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (freopen("/dev/null", "w", stdout))
			execl(tool, tool, "show", cgroup, "egress", "--json", (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && (!WIFEXITED(status) || WEXITSTATUS(status) > 1))
		bail_out("cgswap show ended with %#x", (unsigned)status);
	free(tool);
}
