# SPDX-License-Identifier: BSD-2-Clause
#
# Lua: one module for each version of the language, all built from the same wrapper. LuaJIT takes
# the module of 5.1.

# CG_LUA_NUMBER(FLAGS)
# Sets cg_lua_number to LUA_VERSION_NUM of the lua.h that FLAGS find, or to nothing.
AC_DEFUN([CG_LUA_NUMBER], [
	cg_lua_save_CPPFLAGS=$CPPFLAGS
	CPPFLAGS="$CPPFLAGS $1"
	AC_COMPUTE_INT([cg_lua_number], [LUA_VERSION_NUM], [[#include <lua.h>]], [cg_lua_number=])
	CPPFLAGS=$cg_lua_save_CPPFLAGS
])

# CG_LUA_FIND(NAME, NUMBER, MODULES)
# Looks for a Lua whose lua.h says NUMBER among pkg-config's MODULES. Sets NAME_CFLAGS and
# NAME_LIBS, which the user may set too, and cg_have_NAME to yes or no.
AC_DEFUN([CG_LUA_FIND], [
	AC_ARG_VAR([$1_CFLAGS], [C compiler flags for $1, overriding pkg-config])
	AC_ARG_VAR([$1_LIBS], [linker flags to embed $1, overriding pkg-config])
	AC_MSG_CHECKING([for $1])
	cg_have_$1=no
	AS_IF([test -n "$$1_CFLAGS"], [cg_lua_modules=given], [cg_lua_modules="$3"])
	for cg_lua_module in $cg_lua_modules; do
		AS_IF([test $cg_lua_module = given], [
			cg_lua_cflags=$$1_CFLAGS
			cg_lua_libs=$$1_LIBS
		], [test -n "$PKG_CONFIG" && $PKG_CONFIG --exists $cg_lua_module], [
			cg_lua_cflags=`$PKG_CONFIG --cflags $cg_lua_module`
			cg_lua_libs=`$PKG_CONFIG --libs $cg_lua_module`
		], [continue])
		CG_LUA_NUMBER([$cg_lua_cflags])
		AS_IF([test "x$cg_lua_number" = x$2], [
			cg_have_$1=yes
			$1_CFLAGS=$cg_lua_cflags
			$1_LIBS=$cg_lua_libs
			break
		])
	done
	AS_IF([test $cg_have_$1 = yes],
	      [AC_MSG_RESULT([yes ($cg_lua_module)])],
	      [AC_MSG_RESULT([no])])
])

# CG_LUA_WANT(VERSION, NAME, DEBIAN-PACKAGE)
# Settles whether VERSION is built: as it was asked for, or as it is there.
AC_DEFUN([CG_LUA_WANT], [
	AS_CASE([$with_lua],
		[no], [cg_have_$2=no],
		[auto], [],
		[AS_CASE([" $cg_lua_list "],
			[*" $1 "*], [
				cg_lua_list=`AS_ECHO([" $cg_lua_list "]) | sed 's/ $1 / /'`
				AS_IF([test $cg_have_$2 = no],
				      [CGSWAP_MISSING([Lua: $1, asked for with --with-lua], [$3])])],
			[cg_have_$2=no])])
	AS_IF([test $cg_have_$2 = yes], [cg_lua_built="$cg_lua_built $1"])
])

# CG_LUA
# --with-lua=LIST. Sets the conditionals BUILD_LUA (any), BUILD_LUA51, BUILD_LUA53, BUILD_LUA54 and
# BUILD_LUAJIT (LuaJIT can be embedded by the tests), LUA51_CFLAGS and the like, lua51dir and the
# like, and cg_lua_built, the list for the summary.
AC_DEFUN([CG_LUA], [
	AC_REQUIRE([CG_PROG_SWIG])
	AC_ARG_WITH([lua],
		[AS_HELP_STRING([--with-lua=LIST], [the Lua module for these of 5.1, 5.3, 5.4 and luajit,
				which takes that of 5.1 (default: for all that are here)])
AS_HELP_STRING([--without-lua], [no Lua module])],
		[], [with_lua=auto])
	AS_IF([test "x$with_lua" = xyes], [with_lua=auto cg_lua_must=yes], [cg_lua_must=no])
	AS_IF([test $cg_swig = no && test "x$with_lua" = xauto && test $cg_lua_must = no],
	      [with_lua=no])
	cg_lua_list=`AS_ECHO(["$with_lua"]) | tr , ' '`
	cg_lua_built=
	AS_IF([test "x$with_lua" = xno], [
		cg_have_LUA51=no cg_have_LUA53=no cg_have_LUA54=no cg_have_LUAJIT=no
	], [
		CG_LUA_FIND([LUA51], [501], [lua5.1 lua-5.1 lua51 lua])
		CG_LUA_FIND([LUA53], [503], [lua5.3 lua-5.3 lua53 lua])
		CG_LUA_FIND([LUA54], [504], [lua5.4 lua-5.4 lua54 lua])
		CG_LUA_FIND([LUAJIT], [501], [luajit])
	])
	CG_LUA_WANT([5.1], [LUA51], [liblua5.1-0-dev])
	CG_LUA_WANT([5.3], [LUA53], [liblua5.3-dev])
	CG_LUA_WANT([5.4], [LUA54], [liblua5.4-dev])
	CG_LUA_WANT([luajit], [LUAJIT], [libluajit-5.1-dev])
	AS_IF([test "x$with_lua" != xauto && test "x$with_lua" != xno], [
		for cg_lua_version in $cg_lua_list; do
			AC_MSG_ERROR([--with-lua: $cg_lua_version is none of 5.1, 5.3, 5.4 and luajit])
		done
	])
	AS_IF([test $cg_lua_must = yes && test -z "$cg_lua_built"],
	      [CGSWAP_MISSING([Lua, asked for with --with-lua], [liblua5.4-dev])])
	AS_IF([test -n "$cg_lua_built" && test $cg_swig = no],
	      [CGSWAP_MISSING([SWIG 4.1 or later, for the Lua module], [swig])])

	# LuaJIT's module is that of 5.1, which its own headers do for where Lua's are missing.
	AS_IF([test $cg_have_LUAJIT = yes && test $cg_have_LUA51 = no], [LUA51_CFLAGS=$LUAJIT_CFLAGS])
	AM_CONDITIONAL([BUILD_LUA], [test -n "$cg_lua_built"])
	AM_CONDITIONAL([BUILD_LUA51], [test $cg_have_LUA51 = yes || test $cg_have_LUAJIT = yes])
	AM_CONDITIONAL([BUILD_LUA53], [test $cg_have_LUA53 = yes])
	AM_CONDITIONAL([BUILD_LUA54], [test $cg_have_LUA54 = yes])
	AM_CONDITIONAL([EMBED_LUA51], [test $cg_have_LUA51 = yes])
	AM_CONDITIONAL([EMBED_LUAJIT], [test $cg_have_LUAJIT = yes])
	AC_SUBST([lua51dir], ['${libdir}/lua/5.1'])
	AC_SUBST([lua53dir], ['${libdir}/lua/5.3'])
	AC_SUBST([lua54dir], ['${libdir}/lua/5.4'])
])
