# SPDX-License-Identifier: BSD-2-Clause
#
# Python. The interpreter itself is asked for everything: python3-config and pkg-config may belong to
# another one.

# CGSWAP_PYTHON_ASK(VARIABLE, CODE)
# Sets VARIABLE to the output of CODE by $PYTHON; s is sysconfig, v its get_config_var().
AC_DEFUN([CGSWAP_PYTHON_ASK], [
	$1=`$PYTHON -c 'import sys, sysconfig as s; v = s.get_config_var; $2'`
])

# CGSWAP_PYTHON_FLAGS
# Sets PYTHON_CPPFLAGS and PYTHON_SOEXT for modules, and PYTHON_EMBED_LIBS for programs that embed the
# interpreter. A library outside of the system's folders is found by its rpath.
AC_DEFUN([CGSWAP_PYTHON_FLAGS], [
	CGSWAP_PYTHON_ASK([PYTHON_CPPFLAGS],
		[print(*dict.fromkeys("-I" + s.get_path(p) for p in ("include", "platinclude")))])
	CGSWAP_PYTHON_ASK([PYTHON_SOEXT], [print(v("EXT_SUFFIX"))])
	CGSWAP_PYTHON_ASK([PYTHON_EXECUTABLE], [print(sys.executable)])
	CGSWAP_PYTHON_ASK([cgswap_python_libdir],
		[print(v("LIBDIR") if v("Py_ENABLE_SHARED") else v("LIBPL"))])
	CGSWAP_PYTHON_ASK([PYTHON_EMBED_LIBS],
		[print("-lpython" + v("LDVERSION"), v("LIBS") or "", v("SYSLIBS") or "",
		       "" if v("Py_ENABLE_SHARED") else v("LINKFORSHARED") or "")])
	AS_CASE([$cgswap_python_libdir],
		[/usr/lib|/usr/lib64|/lib|/lib64|/usr/lib/*-linux-*], [],
		[PYTHON_EMBED_LIBS="-L$cgswap_python_libdir -Wl,-rpath,$cgswap_python_libdir $PYTHON_EMBED_LIBS"])
])

# CGSWAP_PYTHON_DIR
# Sets pyexecdir to the first folder below our prefix in the interpreter's search path, or else to the
# usual one.
AC_DEFUN([CGSWAP_PYTHON_DIR], [
	AS_IF([test "x$prefix" = xNONE], [cgswap_python_prefix=$ac_default_prefix],
	      [cgswap_python_prefix=$prefix])
	cgswap_python_below=`$PYTHON -c 'import site, sys
lib = sys.argv@<:@1@:>@ + "/lib"
below = @<:@d.replace(lib, "", 1) for d in site.getsitepackages() if d.startswith(lib)@:>@
print((below + @<:@"/python%d.%d/site-packages" % sys.version_info@<:@:2@:>@@:>@)@<:@0@:>@)' "$cgswap_python_prefix"`
	pyexecdir="\${exec_prefix}/lib$cgswap_python_below"
])

# CGSWAP_PYTHON
# --with-python. Sets the conditionals BUILD_PYTHON and EMBED_PYTHON (for the tests), and
# cgswap_python_built for the summary.
AC_DEFUN([CGSWAP_PYTHON], [
	AC_REQUIRE([CGSWAP_PROG_SWIG])
	AC_ARG_WITH([python],
		[AS_HELP_STRING([--with-python], [the Python module, for $PYTHON (default: where it can be built)])
AS_HELP_STRING([--without-python], [no Python module])],
		[], [with_python=auto])
	AS_IF([test -z "$PYTHON" && test -x /usr/bin/python3], [PYTHON=/usr/bin/python3])
	AM_PATH_PYTHON([3.9], [], [:])

	cgswap_have_python=no
	cgswap_python_embeds=no
	cgswap_python_header=no
	AS_IF([test "x$with_python" != xno && test "$PYTHON" != :], [
		CGSWAP_PYTHON_FLAGS
		CGSWAP_PYTHON_DIR
		cgswap_save_CPPFLAGS=$CPPFLAGS
		cgswap_save_LIBS=$LIBS
		CPPFLAGS="$CPPFLAGS $PYTHON_CPPFLAGS"
		AC_CHECK_HEADER([Python.h], [cgswap_python_header=yes])
		AS_IF([test $cgswap_python_header = yes && test $cgswap_swig = yes], [cgswap_have_python=yes])
		LIBS="$PYTHON_EMBED_LIBS $LIBS"
		AC_MSG_CHECKING([whether $PYTHON can be embedded])
		AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <Python.h>]],
						[[Py_Initialize(); return Py_FinalizeEx();]])],
			       [cgswap_python_embeds=yes])
		AC_MSG_RESULT([$cgswap_python_embeds])
		CPPFLAGS=$cgswap_save_CPPFLAGS
		LIBS=$cgswap_save_LIBS
	])
	AS_IF([test "x$with_python" = xyes], [
		AS_IF([test "$PYTHON" = :],
		      [CGSWAP_MISSING([Python 3.9 or later, for its module], [python3-dev])],
		      [test $cgswap_python_header = no],
		      [CGSWAP_MISSING([Python.h of $PYTHON, for its module], [python3-dev])])
		AS_IF([test $cgswap_swig = no],
		      [CGSWAP_MISSING([SWIG 4.1 or later, for the Python module], [swig])])
	])
	AS_IF([test $cgswap_have_python = yes],
	      [cgswap_python_built="$PYTHON ($PYTHON_VERSION)"], [cgswap_python_built=])

	AC_SUBST([PYTHON_CPPFLAGS])
	AC_SUBST([PYTHON_SOEXT])
	AC_SUBST([PYTHON_EXECUTABLE])
	AC_SUBST([PYTHON_EMBED_LIBS])
	AM_CONDITIONAL([BUILD_PYTHON], [test $cgswap_have_python = yes])
	AM_CONDITIONAL([EMBED_PYTHON], [test $cgswap_have_python = yes && test $cgswap_python_embeds = yes])
])
