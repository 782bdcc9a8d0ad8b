/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two processes attach the programs of one object at once: one of them attaches all, and the other is
 * refused because they are attached already. Needs revisions to compare.
 */
#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/live.h"
#include "../lib/product.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20, REFUSED = 1, WRONG = 2 };

static struct product product;

/* The object is loaded before both begin. */
static void attach_and_exit(int start)
{
	const struct cgswap_object_opts opts = { .sz = sizeof(opts) };
	enum cgswap_cause cause;
	cgswap_object *object;
	char byte;

	product.session = live_session();
	object = product_object(&product, "product_v1");
	if (cgswap_object_load(object, NULL) || read(start, &byte, 1))
		_exit(WRONG);
	if (!cgswap_object_attach(NULL, object, product.cgroup.path, &opts))
		_exit(0);
	cause = cgswap_error_get_cause(cgswap_last_error());
	diag("%s", cgswap_error_get_message(cgswap_last_error()));
	_exit(cause == CGSWAP_CAUSE_ALREADY_ATTACHED ? REFUSED : WRONG);
}

static pid_t start_one(const int ends[2])
{
	pid_t pid = fork();

	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid) {
		close(ends[1]);
		attach_and_exit(ends[0]);
	}
	return pid;
}

static int end_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return WRONG;
	return WEXITSTATUS(status);
}

static void detach_all(void)
{
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		int fd = raw_prog_open(product_id(&product, i));

		if (raw_detach(product.cgroup.fd, fd, product_types[i]))
			bail_out("program %d cannot be detached", i);
		raw_close(fd);
	}
}

int main(void)
{
	unsigned attached = 0, refused = 0;

	need_live();
	product = product_new("at_once");
	if (!kernel_has_revision())
		skip_all("this kernel has no revisions");
	for (int i = 0; i < ROUNDS; i++) {
		int ends[2], one, other;
		pid_t pids[2];

		if (pipe(ends))
			bail_out("pipe: %s", strerror(errno));
		pids[0] = start_one(ends);
		pids[1] = start_one(ends);
		close(ends[0]);
		close(ends[1]);
		one = end_of(pids[0]);
		other = end_of(pids[1]);
		attached += (one == 0) + (other == 0);
		refused += (one == REFUSED) + (other == REFUSED);
		product_stands(&product, 1, "once");
		detach_all();
	}
	is_int(attached, ROUNDS, "one of both attaches them");
	is_int(refused, ROUNDS, "and the other is refused");
	product_free(&product);
	return done_testing();
}
