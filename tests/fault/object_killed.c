/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill -9 at every call of an attach of an object with four programs: the first N of them are attached.
 * The next call that attaches it is done if nothing was left, and otherwise names what is there: the
 * programs or a pin. The same for a replace: the first N are swapped, and the next replace is done.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/live.h"
#include "../lib/product.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"
#include "fault_kernel.h"
#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 3 };

static struct product product;
static const char *fs;
static unsigned kill_at;

static void die(enum fault_kernel_op op, void *user)
{
	(void)op;
	(void)user;
	if (fault_kernel.total == kill_at)
		kill(getpid(), SIGKILL);
}

static enum cgswap_status attach(const struct cgswap_object_opts *opts, bool takes_back)
{
	cgswap_object *object = product_object(&product, "product_v1");
	cgswap_replace *made;
	enum cgswap_status status = cgswap_object_attach(&made, object, product.cgroup.path, opts);

	if (!status && takes_back)
		status = cgswap_replace_rollback(made);
	cgswap_replace_unref(made);
	cgswap_object_unref(object);
	return status;
}

static enum cgswap_status replace(void)
{
	cgswap_object *object = product_object(&product, "product_v2");
	enum cgswap_status status = product_swap(&product, object, NULL);

	cgswap_object_unref(object);
	return status;
}

/* Returns true if the child was killed. */
static bool run_child(unsigned at, const struct cgswap_object_opts *opts)
{
	int status;
	pid_t pid;

	kill_at = at;
	pid = fork();
	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid) {
		fault_kernel_reset();
		fault_kernel.before = die;
		if (opts ? attach(opts, false) : replace()) {
			diag("%s", cgswap_error_get_message(cgswap_last_error()));
			_exit(FAILED);
		}
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			bail_out("waitpid: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status))
		bail_out("the child failed");
	return WIFSIGNALED(status);
}

static const char *pin_of(int index)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", fs, product_names[index]);
	return path;
}

/* The number of programs that are attached, if these are the first; -1 otherwise. */
static int attached(void)
{
	int count = 0;
	bool end = false;

	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		bool there = product_id(&product, i) != 0;

		if (there && end)
			return -1;
		end |= !there;
		count += there;
	}
	return count;
}

static int pins(void)
{
	int count = 0;

	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		count += access(pin_of(i), F_OK) == 0;
	return count;
}

/* Those of a killed process, too: they hold their links. */
static int pins_and_temporary(void)
{
	DIR *directory = opendir(fs);
	struct dirent *entry;
	int count = 0;

	while (directory && (entry = readdir(directory)))
		count += entry->d_name[0] != '.';
	if (directory)
		closedir(directory);
	return count;
}

/* Other links of a killed process go with it, after a moment. */
static int attached_by_pinned_links(void)
{
	int tries = 0, now;

	while ((now = attached()) > pins_and_temporary() && tries++ < 10000)
		usleep(1000);
	return now;
}

static void unpin_all(void)
{
	DIR *directory = opendir(fs);
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		char path[600];

		snprintf(path, sizeof(path), "%s/%s", fs, entry->d_name);
		unlink(path);
	}
	if (directory)
		closedir(directory);
}

/* Detaches ours, by a link or not, and removes the pins. */
static void clear(void)
{
	unpin_all();
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		struct raw_chain chain;
		int tries = 0;

		do {
			int fd = raw_prog_open(product_id(&product, i));

			if (fd >= 0) {
				raw_detach(product.cgroup.fd, fd, product_types[i]);
				raw_close(fd);
			}
			chain = chain_now(product.cgroup.fd, product_types[i]);
			if (chain.count > 1)
				usleep(1000);
		} while (chain.count > 1 && tries++ < 2000);
	}
}

/* The next call names what was left, by a program or by a path. */
static bool next_names(const struct cgswap_object_opts *opts, int now)
{
	int left = pins();
	enum cgswap_status status = attach(opts, true);
	const cgswap_error *error = cgswap_last_error();
	enum cgswap_cause cause = cgswap_error_get_cause(error);

	if (!now && !left)
		return status == CGSWAP_OK;
	if (now && cause == CGSWAP_CAUSE_ALREADY_ATTACHED)
		return strstr(cgswap_error_get_message(error), product_names[0]);
	return left && cause == CGSWAP_CAUSE_PIN_EXISTS &&
	       strstr(cgswap_error_get_message(error), fs);
}

static void kill_attach(const struct cgswap_object_opts *opts, const char *name)
{
	unsigned at, wrong = 0, seen = 0;
	int last = 0, now;
	bool killed = true;

	for (at = 1; killed; at++) {
		killed = run_child(at, opts);
		now = opts->link ? attached_by_pinned_links() : attached();
		if (now < last || now < 0 || (!killed && now != PRODUCT_PROGRAMS) ||
		    !next_names(opts, now)) {
			diag("killed at call %u: %d programs, %d before, %d pins: %s", at, now, last,
			     pins(), cgswap_error_get_message(cgswap_last_error()));
			wrong++;
		}
		if (now >= 0) {
			seen |= 1u << now;
			last = now;
		}
		clear();
	}
	ok(!wrong, "%s: after a kill at each of %u calls the first N are attached, and named", name,
	   at - 2);
	ok(seen == (1u << (PRODUCT_PROGRAMS + 1)) - 1, "every N occurred");
}

static void kill_replace(void)
{
	uint32_t before[PRODUCT_PROGRAMS];
	const struct cgswap_object_opts plain = { .sz = sizeof(plain) };
	unsigned at, wrong = 0;
	bool killed = true;

	for (at = 1; killed; at++) {
		if (attach(&plain, false))
			bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
		for (int i = 0; i < PRODUCT_PROGRAMS; i++)
			before[i] = product_id(&product, i);
		killed = run_child(at, NULL);
		wrong += attached() != PRODUCT_PROGRAMS;
		if (replace()) {
			diag("killed at call %u: %s", at,
			     cgswap_error_get_message(cgswap_last_error()));
			wrong++;
		}
		for (int i = 0; i < PRODUCT_PROGRAMS; i++)
			wrong += product_id(&product, i) == before[i];
		clear();
	}
	ok(!wrong, "replace: after a kill at each of %u calls the next replace is done", at - 2);
}

int main(void)
{
	struct cgswap_object_opts plain = { .sz = sizeof(plain) }, pinned = plain, linked;

	fault_fixture_build(true);
	fs = bpffs_private();
	pinned.pin_dir = fs;
	linked = pinned;
	linked.link = 1;
	product = product_new("product");
	kill_attach(&plain, "attach");
	kill_attach(&pinned, "attach with pins");
	kill_attach(&linked, "attach by links");
	kill_replace();
	product_free(&product);
	fault_fixture_free();
	return done_testing();
}
