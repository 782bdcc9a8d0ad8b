# SPDX-License-Identifier: BSD-2-Clause

# CGSWAP_KERNELS
# Finds the programs with which check-kernels boots other kernels. A guest runs the programs of this
# build, so it needs the same processor, and boot.sh makes PCs only. Sets QEMU, BUSYBOX and HAVE_QEMU, and
# KERNELS_NEED to the list of what is missing.
AC_DEFUN([CGSWAP_KERNELS], [
	AC_PATH_PROG([QEMU], [qemu-system-x86_64])
	AC_PATH_PROG([BUSYBOX], [busybox])
	KERNELS_NEED=
	AS_IF([test -n "$QEMU"], [], [KERNELS_NEED="qemu-system-x86_64 (Debian package qemu-system-x86)"])
	AS_IF([test -n "$BUSYBOX"], [],
	      [KERNELS_NEED="${KERNELS_NEED:+$KERNELS_NEED, }busybox (Debian package busybox-static)"])
	AS_CASE([$host_cpu], [x86_64], [], [KERNELS_NEED="an x86_64 machine"])
	AC_SUBST([KERNELS_NEED])
	AM_CONDITIONAL([HAVE_QEMU], [test -z "$KERNELS_NEED"])
])
