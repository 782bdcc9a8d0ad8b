# SPDX-License-Identifier: BSD-2-Clause

# CGSWAP_FFI
# libffi, by which a test calls every exported function according to the text of cgswap_abi_describe(). The
# library itself does not use it. Sets FFI_CFLAGS and FFI_LIBS, and HAVE_FFI in config.h. Without libffi
# the test is skipped.
AC_DEFUN([CGSWAP_FFI], [
	PKG_CHECK_MODULES([FFI], [libffi >= 3.0],
			  [AC_DEFINE([HAVE_FFI], [1], [Define to 1 if tests can use libffi.])
			   cgswap_version_FFI=`$PKG_CONFIG --modversion libffi 2>/dev/null`
			   test -n "$cgswap_version_FFI" || cgswap_version_FFI="as given by FFI_LIBS"],
			  [cgswap_version_FFI="none: one test is skipped (Debian package libffi-dev)"])
])
