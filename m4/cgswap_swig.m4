# SPDX-License-Identifier: BSD-2-Clause

# CGSWAP_PROG_SWIG
# Finds SWIG 4.1 or later for the bindings. Sets SWIG, and cgswap_swig to yes or no. The callers decide if
# a missing SWIG is an error.
AC_DEFUN_ONCE([CGSWAP_PROG_SWIG], [
	AC_ARG_VAR([SWIG], [SWIG, which makes the bindings for Python and Lua])
	AC_PATH_PROGS([SWIG], [swig swig4.3 swig4.2 swig4.1])
	cgswap_swig=no
	cgswap_swig_version=
	AS_IF([test -n "$SWIG"], [
		AC_MSG_CHECKING([whether $SWIG is 4.1 or later])
		cgswap_swig_version=`$SWIG -version 2>/dev/null | sed -n 's/^SWIG Version *//p'`
		AS_CASE([$cgswap_swig_version],
			[[4.[1-9]*|4.[1-9][0-9]*|[5-9].*|[1-9][0-9].*]], [cgswap_swig=yes])
		AC_MSG_RESULT([$cgswap_swig ($cgswap_swig_version)])
	])
])
