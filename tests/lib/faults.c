/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces libc's syscall(), so that the library calls this one. */
#include "faults.h"

#include "rawbpf.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

struct faults faults;

static bool is_replace(long number, long command, const struct raw_attach *attr)
{
	return number == SYS_bpf && command == BPF_PROG_ATTACH &&
	       (attr->attach_flags & RAW_REPLACE) && (int)attr->target_fd >= 0;
}

/* Reads six arguments, however many there are, as libc's does. */
__attribute__((visibility("default"), no_sanitize("address"))) long syscall(long number, ...)
{
	static long (*real)(long, ...);
	struct raw_attach *attr;
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	attr = (struct raw_attach *)a[1];
	if (is_replace(number, a[0], attr)) {
		faults.replaces++;
		if (faults.fail_errno && faults.replaces >= faults.fail_from) {
			errno = faults.fail_errno;
			return -1;
		}
		if (faults.vanish)
			return 0;
		if (faults.append) {
			struct raw_attach wrong = *attr;

			wrong.attach_flags &= ~(uint32_t)RAW_REPLACE;
			return real(number, a[0], &wrong, sizeof(wrong));
		}
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
