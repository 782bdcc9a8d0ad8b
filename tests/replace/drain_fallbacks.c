/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A drain waits by an update of a map of maps; if that is not allowed, by a membarrier, which works
 * only with several CPUs; if neither works, it fails.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/rawbpf.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	int map_errno, update_errno, barrier_errno; /* 0: the kernel's own result */
	long cpus;                                  /* 0: the real number */
	int maps, barriers;                         /* number of calls */
} injected;

static long fail_with(int errnum)
{
	errno = errnum;
	return -1;
}

/* Replaces libc's syscall(), so that the library calls this one. Reads six arguments, as libc's. */
__attribute__((visibility("default"), no_sanitize("address"))) long syscall(long number, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	if (number == SYS_bpf && a[0] == BPF_MAP_CREATE) {
		injected.maps++;
		if (injected.map_errno)
			return fail_with(injected.map_errno);
	}
	if (number == SYS_bpf && a[0] == BPF_MAP_UPDATE_ELEM && injected.update_errno)
		return fail_with(injected.update_errno);
	if (number == SYS_membarrier && a[0] == MEMBARRIER_CMD_GLOBAL) {
		injected.barriers++;
		if (injected.barrier_errno)
			return fail_with(injected.barrier_errno);
		/* replace/drain tests the effect; the kernel here may lack it */
		return 0;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

__attribute__((visibility("default"))) long sysconf(int name)
{
	static long (*real)(int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sysconf");
	return name == _SC_NPROCESSORS_ONLN && injected.cpus ? injected.cpus : real(name);
}

static struct fixture fixture;
static cgswap_replace *replace;

static void by_a_map(void)
{
	expect_ok(cgswap_replace_drain(replace), "a drain by a map");
	ok(injected.maps > 0, "a map was made");
	is_int(injected.barriers, 0, "no barrier was used");
}

static void by_a_barrier(void)
{
	injected.map_errno = EPERM;
	injected.cpus = 2;
	expect_ok(cgswap_replace_drain(replace), "a drain without permission to make maps");
	is_int(injected.barriers, 1, "a barrier was used");
	injected.map_errno = 0;
	injected.update_errno = EPERM;
	expect_ok(cgswap_replace_drain(replace), "a drain without permission to update maps");
	is_int(injected.barriers, 2, "a barrier was used");
	injected.update_errno = 0;
}

static void not_at_all(void)
{
	injected.map_errno = EPERM;
	injected.cpus = 1;
	EXPECT_CAUSE(cgswap_replace_drain(replace), DRAIN_UNAVAILABLE, "no maps, and only one CPU");
	is_int(cgswap_error_get_errno(cgswap_last_error()), EPERM, "the errno of the kernel");
	expect_message("p0");
	is_int(injected.barriers, 2, "no barrier was used on one CPU");
	injected.cpus = 2;
	injected.barrier_errno = EINVAL;
	EXPECT_CAUSE(cgswap_replace_drain(replace), DRAIN_UNAVAILABLE, "no maps, and no barrier");
	injected.map_errno = 0;
	injected.barrier_errno = 0;
	injected.cpus = 0;
}

/* A worker with the descriptors may have no capabilities. */
static void unprivileged(void)
{
	injected.maps = 0;
	injected.cpus = 2;
	expect_ok(cgswap_replace_drain(replace), "a drain without capabilities");
	ok(injected.maps > 0, "a map was tried");
	is_int(injected.barriers, 4, "a barrier was used");
}

static void handles(void)
{
	expect_ok(cgswap_replace_close(replace), "the transaction is closed");
	EXPECT_CAUSE(cgswap_replace_drain(replace), HANDLE_CLOSED,
		     "a drain of a closed transaction");
	EXPECT_CAUSE(cgswap_replace_drain(NULL), BAD_ARGUMENT, "a drain of NULL");
}

int main(void)
{
	need_live();
	fixture = fixture_new("drain-ways", 1);
	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	by_a_map();
	by_a_barrier();
	not_at_all();
	as_nobody(unprivileged);
	handles();
	cgswap_replace_unref(replace);
	fixture_free(&fixture);
	return done_testing();
}
