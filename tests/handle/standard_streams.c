/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In a process whose standard streams are closed no descriptor that the library makes or hands out
 * is 0, 1 or 2, which a later dup2() of a daemon would replace.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPENED = 10, LOADED, ATTACHED, LOW_LINK, REPLACED, LOW_INSIDE, LOW_AFTER, LOW_HANDED_OUT };

static bool any_low(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return true;
	return false;
}

static int look(size_t done, size_t total, void *user)
{
	(void)done;
	(void)total;
	*(bool *)user |= any_low();
	return 0;
}

/* Returns 0, or what went wrong. */
static int work(const char *cgroup, const char *object)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };
	int link_fd = -1;
	struct cgswap_attach_opts by_link = { .sz = sizeof(by_link), .link = 1, .link_fd = &link_fd };
	struct cgswap_commit_opts commit = { .sz = sizeof(commit), .progress = look };
	bool low = false;
	cgswap_session *session;
	cgswap_program *program;
	cgswap_replace *replace;
	cgswap_chain *chain;

	if (cgswap_session_open(&session, NULL) ||
	    cgswap_chain_open(&chain, session, cgroup, "egress"))
		return OPENED;
	if (cgswap_program_open(&program, session, object, &egress))
		return LOADED;
	if (cgswap_program_get_fd(program) < 3)
		return LOW_HANDED_OUT;
	if (cgswap_chain_attach(chain, program, &by_link))
		return ATTACHED;
	if (link_fd < 3)
		return LOW_LINK;
	commit.user = &low;
	if (cgswap_replace_new(&replace, session, NULL) ||
	    cgswap_replace_add_source(replace, chain, "pos:0", object, NULL) ||
	    cgswap_replace_add_source(replace, chain, "pos:1", object, NULL) ||
	    cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL) ||
	    cgswap_replace_commit(replace, &commit))
		return REPLACED;
	if (low)
		return LOW_INSIDE;
	return any_low() ? LOW_AFTER : 0;
}

int main(void)
{
	struct fixture fixture;
	char *object;
	int status;
	pid_t child;

	need_live();
	fixture = fixture_new("streams", 1);
	object = build_path("tests/bpf/object/one_program.bpf.o");
	child = fork();
	if (child == 0) {
		for (int fd = 0; fd < 3; fd++)
			close(fd);
		_exit(work(fixture.cgroup.path, object));
	}
	ok(waitpid(child, &status, 0) == child && WIFEXITED(status), "the process came to its end");
	is_int(WEXITSTATUS(status), 0, "no descriptor of the library is below 3");
	free(object);
	fixture_free(&fixture);
	return done_testing();
}
