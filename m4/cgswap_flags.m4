# SPDX-License-Identifier: BSD-2-Clause

# CGSWAP_ENABLE_WERROR
# --enable-werror: sets WERROR_CFLAGS. The default is on in a git checkout, and off in a tarball, where a
# warning of a newer compiler must not stop the build.
AC_DEFUN([CGSWAP_ENABLE_WERROR], [
	AC_ARG_ENABLE([werror],
		[AS_HELP_STRING([--enable-werror],
				[make warnings errors (default: in a git checkout)])],
		[], [enable_werror=auto])
	AS_IF([test "x$enable_werror" = xauto],
	      [AS_IF([test -e "$srcdir/.git"], [enable_werror=yes], [enable_werror=no])])
	AS_IF([test "x$enable_werror" = xyes], [WERROR_CFLAGS=-Werror], [WERROR_CFLAGS=])
	AC_SUBST([WERROR_CFLAGS])
])

# CGSWAP_ENABLE_COMMAND
# --disable-command: builds the library and its modules only.
AC_DEFUN([CGSWAP_ENABLE_COMMAND], [
	AC_ARG_ENABLE([command],
		[AS_HELP_STRING([--disable-command],
				[build neither the command nor the tests])],
		[], [enable_command=yes])
	AM_CONDITIONAL([BUILD_COMMAND], [test "x$enable_command" != xno])
])

# CGSWAP_ENABLE_SANITIZE
# --enable-sanitize: sets SANITIZE_FLAGS, for compiling and linking, after testing that a program built
# with them runs.
AC_DEFUN([CGSWAP_ENABLE_SANITIZE], [
	AC_ARG_ENABLE([sanitize],
		[AS_HELP_STRING([--enable-sanitize],
				[build everything with the address and undefined-behaviour sanitizers])],
		[], [enable_sanitize=no])
	SANITIZE_FLAGS=
	AS_IF([test "x$enable_sanitize" = xyes], [
		cgswap_flags="-fsanitize=address,undefined -fno-sanitize-recover=undefined"
		cgswap_flags="$cgswap_flags -fno-omit-frame-pointer"
		AC_MSG_CHECKING([whether programs made with sanitizers run])
		cgswap_save_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS $cgswap_flags"
		AC_RUN_IFELSE([AC_LANG_PROGRAM([], [])],
			      [AC_MSG_RESULT([yes])],
			      [AC_MSG_RESULT([no])
			       AC_MSG_ERROR([--enable-sanitize: $CC cannot make programs that run with
$cgswap_flags (Debian: libasan and libubsan come with gcc; see config.log)])],
			      [AC_MSG_RESULT([unknown when cross compiling, assuming yes])])
		CFLAGS=$cgswap_save_CFLAGS
		SANITIZE_FLAGS=$cgswap_flags
	])
	AC_SUBST([SANITIZE_FLAGS])
])

# CGSWAP_WARNING_FLAGS
# Sets WARNING_CFLAGS to those of our warnings that the compiler has.
AC_DEFUN([CGSWAP_WARNING_FLAGS], [
	WARNING_CFLAGS=
	cgswap_save_CFLAGS=$CFLAGS
	for cgswap_flag in -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
			   -Wold-style-definition -Wformat=2 -Wvla -Wwrite-strings \
			   -Wpointer-arith -Wundef; do
		AC_MSG_CHECKING([whether $CC knows $cgswap_flag])
		CFLAGS="$cgswap_save_CFLAGS -Werror $cgswap_flag"
		AC_COMPILE_IFELSE([AC_LANG_SOURCE([[int cgswap_flag_test;]])],
				  [AC_MSG_RESULT([yes])
				   WARNING_CFLAGS="$WARNING_CFLAGS $cgswap_flag"],
				  [AC_MSG_RESULT([no])])
	done
	CFLAGS=$cgswap_save_CFLAGS
	AC_SUBST([WARNING_CFLAGS])
])
