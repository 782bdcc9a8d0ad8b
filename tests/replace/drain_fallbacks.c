/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A drain waits by a map of maps; where none may be made, by a barrier, which is worth something
 * only with several CPUs; and where there is neither it says so, and does not pretend.
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
	int map_errno, update_errno, barrier_errno; /* 0: as the kernel has it */
	long cpus;                                  /* 0: as they are */
	int maps, barriers;                         /* how many came by */
} world;

static long refuse(int errnum)
{
	errno = errnum;
	return -1;
}

/* A syscall() of our own, which the library calls instead of libc's. It takes six, however many. */
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
		world.maps++;
		if (world.map_errno)
			return refuse(world.map_errno);
	}
	if (number == SYS_bpf && a[0] == BPF_MAP_UPDATE_ELEM && world.update_errno)
		return refuse(world.update_errno);
	if (number == SYS_membarrier && a[0] == MEMBARRIER_CMD_GLOBAL) {
		world.barriers++;
		if (world.barrier_errno)
			return refuse(world.barrier_errno);
		/* what it does is proved elsewhere; here it need not be there */
		return 0;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

__attribute__((visibility("default"))) long sysconf(int name)
{
	static long (*real)(int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sysconf");
	return name == _SC_NPROCESSORS_ONLN && world.cpus ? world.cpus : real(name);
}

static struct fixture fixture;
static cgswap_replace *replace;

static void by_a_map(void)
{
	expect_ok(cgswap_replace_drain(replace), "by a map");
	ok(world.maps > 0, "a map was made");
	is_int(world.barriers, 0, "and no barrier");
}

static void by_a_barrier(void)
{
	world.map_errno = EPERM;
	world.cpus = 2;
	expect_ok(cgswap_replace_drain(replace), "no maps: by a barrier");
	is_int(world.barriers, 1, "there was one");
	world.map_errno = 0;
	world.update_errno = EPERM;
	expect_ok(cgswap_replace_drain(replace), "maps that cannot be written: by a barrier");
	is_int(world.barriers, 2, "there was one");
	world.update_errno = 0;
}

static void not_at_all(void)
{
	world.map_errno = EPERM;
	world.cpus = 1;
	EXPECT_CAUSE(cgswap_replace_drain(replace), DRAIN_UNAVAILABLE, "no maps, and one CPU");
	is_int(cgswap_error_get_errno(cgswap_last_error()), EPERM, "with what the kernel said");
	expect_message("p0");
	is_int(world.barriers, 2, "there a barrier would wait for nothing: none was tried");
	world.cpus = 2;
	world.barrier_errno = EINVAL;
	EXPECT_CAUSE(cgswap_replace_drain(replace), DRAIN_UNAVAILABLE, "no maps, and no barrier");
	world.map_errno = 0;
	world.barrier_errno = 0;
	world.cpus = 0;
}

/* Whoever was handed the descriptors may lack all capabilities. */
static void by_nobody(void)
{
	world.maps = 0;
	world.cpus = 2;
	expect_ok(cgswap_replace_drain(replace), "nobody may drain");
	ok(world.maps > 0, "who was refused a map");
	is_int(world.barriers, 4, "and made a barrier");
}

static void handles(void)
{
	expect_ok(cgswap_replace_close(replace), "closed");
	EXPECT_CAUSE(cgswap_replace_drain(replace), HANDLE_CLOSED, "a closed one");
	EXPECT_CAUSE(cgswap_replace_drain(NULL), BAD_ARGUMENT, "NULL");
}

int main(void)
{
	need_live();
	fixture = fixture_new("drain-ways", 1);
	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
	expect_ok(cgswap_replace_commit(replace, NULL), "committed");
	by_a_map();
	by_a_barrier();
	not_at_all();
	as_nobody(by_nobody);
	handles();
	cgswap_replace_unref(replace);
	fixture_free(&fixture);
	return done_testing();
}
