# SPDX-License-Identifier: BSD-2-Clause

# CGSWAP_KERNELS
# Finds the programs with which check-kernels boots other kernels. A guest runs the programs of this
# build, so it has the same processor, and the machine that boot.sh describes is a PC. Sets QEMU and
# BUSYBOX, HAVE_QEMU for make, and KERNELS_NEED to what is missing.
AC_DEFUN([CGSWAP_KERNELS], [
	AC_PATH_PROG([QEMU], [qemu-system-x86_64])
	AC_PATH_PROG([BUSYBOX], [busybox])
	KERNELS_NEED=
	AS_IF([test -n "$QEMU"], [], [KERNELS_NEED="qemu-system-x86_64 (Debian package qemu-system-x86)"])
	AS_IF([test -n "$BUSYBOX"], [],
	      [KERNELS_NEED="${KERNELS_NEED:+$KERNELS_NEED, }busybox (Debian package busybox-static)"])
	AS_CASE([$host_cpu], [x86_64], [], [KERNELS_NEED="a machine of kind x86_64"])
	AC_SUBST([KERNELS_NEED])
	AM_CONDITIONAL([HAVE_QEMU], [test -z "$KERNELS_NEED"])
])
