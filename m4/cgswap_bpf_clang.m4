# SPDX-License-Identifier: BSD-2-Clause

# CGSWAP_BPF_TARGET_ARCH
# Sets cgswap_bpf_arch to the name of the host's processor in bpf_tracing.h and libbpf.
AC_DEFUN([CGSWAP_BPF_TARGET_ARCH], [
	AC_REQUIRE([AC_CANONICAL_HOST])
	AS_CASE([$host_cpu],
		[x86_64|i?86], [cgswap_bpf_arch=x86],
		[aarch64*], [cgswap_bpf_arch=arm64],
		[arm*], [cgswap_bpf_arch=arm],
		[riscv*], [cgswap_bpf_arch=riscv],
		[powerpc*], [cgswap_bpf_arch=powerpc],
		[s390*], [cgswap_bpf_arch=s390],
		[mips*], [cgswap_bpf_arch=mips],
		[loongarch*], [cgswap_bpf_arch=loongarch],
		[cgswap_bpf_arch=$host_cpu])
])

# CGSWAP_BPF_COMPILES(FLAGS, [ACTION-IF-TRUE], [ACTION-IF-FALSE])
# Tests that $BPF_CLANG with FLAGS compiles a small program that needs the kernel's headers into an ELF
# object for BPF (e_machine 247).
AC_DEFUN([CGSWAP_BPF_COMPILES], [
	cat > conftest.bpf.c <<'CGSWAP_EOF'
#include <linux/bpf.h>
__attribute__((section("cgroup_skb/egress"), used))
int pass(struct __sk_buff *skb)
{
	return skb->len > 0;
}
CGSWAP_EOF
	rm -f conftest.bpf.o
	AS_ECHO(["$as_me: trying $BPF_CLANG $1 -c conftest.bpf.c"]) >&AS_MESSAGE_LOG_FD
	AS_IF([$BPF_CLANG $1 -c conftest.bpf.c -o conftest.bpf.o >&AS_MESSAGE_LOG_FD 2>&1 &&
	       test `od -An -tu2 -j18 -N2 conftest.bpf.o` -eq 247],
	      [$2], [$3])
	rm -f conftest.bpf.c conftest.bpf.o
])

# CGSWAP_PROG_BPF_CLANG
# Finds a clang that compiles BPF programs, which tests and examples need, and tests it. Sets BPF_CLANG,
# BPF_CFLAGS and the conditional HAVE_BPF_CLANG, or records what is missing.
AC_DEFUN([CGSWAP_PROG_BPF_CLANG], [
	AC_REQUIRE([CGSWAP_BPF_TARGET_ARCH])
	AC_ARG_WITH([bpf-clang],
		[AS_HELP_STRING([--with-bpf-clang=CLANG], [the clang for the BPF programs of tests and examples])
AS_HELP_STRING([--without-bpf-clang], [build the library and the command only])],
		[], [with_bpf_clang=auto])
	BPF_CFLAGS=
	AS_CASE([$with_bpf_clang],
		[no], [BPF_CLANG=],
		[auto|yes], [AC_PATH_PROGS([BPF_CLANG],
			[clang clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14])],
		[BPF_CLANG=$with_bpf_clang])
	AS_IF([test -n "$BPF_CLANG"], [
		cgswap_bpf_cflags="-target bpf -D__TARGET_ARCH_$cgswap_bpf_arch -O2 -g -Wall -Werror"
		# Debian has asm/ in a folder that clang does not search for this target.
		cgswap_multiarch=`$CC -print-multiarch 2>/dev/null`
		AS_IF([test -n "$cgswap_multiarch" && test -d "/usr/include/$cgswap_multiarch/asm"],
		      [cgswap_bpf_cflags="$cgswap_bpf_cflags -idirafter /usr/include/$cgswap_multiarch"])
		AC_MSG_CHECKING([whether $BPF_CLANG makes BPF programs])
		CGSWAP_BPF_COMPILES([$cgswap_bpf_cflags], [
			AC_MSG_RESULT([yes])
			BPF_CFLAGS=$cgswap_bpf_cflags
			cgswap_bpf_clang_version=`$BPF_CLANG -dumpversion 2>/dev/null`
		], [
			AC_MSG_RESULT([no])
			CGSWAP_MISSING([a clang that compiles BPF programs: $BPF_CLANG does not (see config.log)],
				       [clang])
			CGSWAP_MISSING([the kernel's headers, or a clang that finds them], [linux-libc-dev])
		])
	])
	AS_IF([test -z "$BPF_CLANG" && test "x$with_bpf_clang" != xno], [
		CGSWAP_MISSING([clang, for the BPF programs of tests and examples; or use --without-bpf-clang],
			       [clang])
	])
	AC_SUBST([BPF_CLANG])
	AC_SUBST([BPF_CFLAGS])
	AM_CONDITIONAL([HAVE_BPF_CLANG], [test -n "$BPF_CLANG"])
])
