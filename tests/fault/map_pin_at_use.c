/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map is pinned by its name at the moment its program is used. Another process that pins a map at
 * the path in between is noticed: a load is done again with that map, an attach is refused. A refused
 * attach takes its pin back, unless a program of another process uses the map by now. What a process
 * has open and does not use takes no pin away, and neither does a fork of it.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"
#include "fault_kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char PIN[] = BPFFS "/pinned_hits";

static struct map_fixture fixture;
static char *object;

static cgswap_program *load(cgswap_session *session)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *program;

	if (cgswap_program_open(&program, session, object, &opts))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	return program;
}

static bool is_pinned(void)
{
	return access(PIN, F_OK) == 0;
}

static pid_t other;
static int start[2];

static void other_does(bool attach)
{
	cgswap_session *session;
	cgswap_program *program;
	cgswap_chain *chain;
	bool done;
	char byte;

	fault_kernel_reset();
	if (read(start[0], &byte, 1) != 1)
		_exit(1);
	session = live_session();
	program = load(session);
	done = cgswap_program_get_fd(program) >= 0;
	if (done && attach)
		done = !cgswap_chain_open(&chain, session, fixture.cgroup.path, "ingress") &&
		       !cgswap_chain_attach(chain, program, NULL);
	_exit(!done);
}

/*
 * Another process, which loads the object once it is let go, and uses the program, or attaches it for
 * good. It inherits what the parent claims at this moment.
 */
static void other_begin(bool attach)
{
	if (pipe(start))
		bail_out("pipe: %s", strerror(errno));
	other = fork();
	if (other < 0)
		bail_out("fork: %s", strerror(errno));
	if (!other)
		other_does(attach);
}

static void other_finish(void)
{
	int status;

	if (write(start[1], "", 1) != 1 || waitpid(other, &status, 0) != other ||
	    !WIFEXITED(status) || WEXITSTATUS(status))
		bail_out("the other process failed");
	close(start[0]);
	close(start[1]);
}

static void other_process(bool attach)
{
	other_begin(attach);
	other_finish();
}

static void refuse_attach(enum fault_kernel_op op, void *user)
{
	bool meanwhile = user;

	if (op != FAULT_KERNEL_ATTACH || fault_kernel.fail_at)
		return;
	fault_kernel.fail_op = op;
	fault_kernel.fail_at = fault_kernel.calls[op];
	fault_kernel.fail_errno = EBUSY;
	if (meanwhile)
		other_process(true);
}

/* The attach is refused after the map was pinned. */
static void taken_back(bool meanwhile)
{
	cgswap_program *program = load(fixture.session);
	enum cgswap_status status;
	cgswap_chain *chain;

	ok(!is_pinned(), "loaded, and nothing is pinned");
	fault_kernel_reset();
	fault_kernel.before = refuse_attach;
	fault_kernel.user = meanwhile ? &fixture : NULL;
	status = cgswap_chain_attach(fixture.chain, program, NULL);
	fault_kernel_reset();
	ok(status, "the attach is refused");
	is_int(is_pinned(), meanwhile, "the pin is %s",
	       meanwhile ? "left, for the program of another process" : "taken back");
	cgswap_program_unref(program);
	if (!meanwhile)
		return;
	is_int(is_pinned(), true, "and stays");
	if (cgswap_chain_open(&chain, fixture.session, fixture.cgroup.path, "ingress") ||
	    cgswap_chain_detach(chain, "name:counting", NULL))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_chain_unref(chain);
	raw_unpin(PIN);
}

static void pinned_in_between(void)
{
	const struct cgswap_attach_opts dry = { .sz = sizeof(dry), .dry_run = 1 };
	struct raw_chain before = chain_now(fixture.cgroup.fd, EGRESS), now;
	cgswap_program *program;

	other_begin(false);
	program = load(fixture.session);
	other_finish();
	ok(is_pinned(), "another process uses its program");
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, program, &dry), PIN_EXISTS, "a dry run");
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, program, NULL), PIN_EXISTS, "an attach");
	expect_message(PIN);
	is_int(cgswap_program_get_fd(program), -1, "no descriptor is handed out");
	now = chain_now(fixture.cgroup.fd, EGRESS);
	ok(chain_same(&now, &before), "nothing is attached");
	cgswap_program_unref(program);
	ok(is_pinned(), "its pin stays when ours goes");
	raw_unpin(PIN);
}

static void pin_meanwhile(enum fault_kernel_op op, void *user)
{
	bool *done = user;

	if (op != FAULT_KERNEL_LOAD_OBJECT || *done)
		return;
	*done = true;
	other_process(false);
}

static void loaded_again(void)
{
	struct kernel *kernel = fault_kernel_inner();
	struct kernel_map pinned = { 0 };
	cgswap_program *program;
	bool done = false;
	int fd;

	fault_kernel_reset();
	fault_kernel.before = pin_meanwhile;
	fault_kernel.user = &done;
	program = load(fixture.session);
	is_int(fault_kernel.calls[FAULT_KERNEL_LOAD_OBJECT], 2, "the load is done again");
	fault_kernel_reset();
	fd = raw_pin_open(PIN);
	if (kernel->ops->map_info(kernel, fd, &pinned))
		bail_out("what is pinned is not a map");
	is_int(cgswap_program_get_map_id(program, 0), pinned.id, "with the map that is pinned");
	raw_close(fd);
	ok(cgswap_program_get_fd(program) >= 0, "and is handed out");
	cgswap_program_unref(program);
	raw_unpin(PIN);
}

/* A child drops all that it inherited. */
static void forked(void)
{
	cgswap_program *program = load(fixture.session);
	int status;
	pid_t pid;

	expect_ok(cgswap_chain_attach(fixture.chain, program, NULL), "attached");
	pid = fork();
	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid) {
		cgswap_program_unref(program);
		cgswap_chain_unref(fixture.chain);
		cgswap_session_unref(fixture.session);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(is_pinned(), "a child that cleans up leaves the pin");
	cgswap_program_unref(program);
	ok(is_pinned(), "it stays");
	raw_unpin(PIN);
}

int main(void)
{
	need_live();
	bpffs_private();
	fixture = map_fixture_new("map-pin", "count_less");
	object = strdup(map_fixture_object("pinned_map"));
	taken_back(false);
	taken_back(true);
	pinned_in_between();
	loaded_again();
	forked();
	free(object);
	map_fixture_free(&fixture);
	return done_testing();
}
