# SPDX-License-Identifier: BSD-2-Clause
#
# Lua: one module for each version of the language, all built from the same wrapper. LuaJIT uses the
# module of 5.1.

# CGSWAP_LUA_NUMBER(FLAGS)
# Sets cgswap_lua_number to LUA_VERSION_NUM of the lua.h that FLAGS find, or to nothing.
AC_DEFUN([CGSWAP_LUA_NUMBER], [
	cgswap_lua_save_CPPFLAGS=$CPPFLAGS
	CPPFLAGS="$CPPFLAGS $1"
	AC_COMPUTE_INT([cgswap_lua_number], [LUA_VERSION_NUM], [[#include <lua.h>]], [cgswap_lua_number=])
	CPPFLAGS=$cgswap_lua_save_CPPFLAGS
])

# CGSWAP_LUA_FIND(NAME, NUMBER, MODULES)
# Looks for a Lua with this LUA_VERSION_NUM among pkg-config's MODULES. Sets NAME_CFLAGS and NAME_LIBS,
# which the user may set too, and cgswap_have_NAME to yes or no.
AC_DEFUN([CGSWAP_LUA_FIND], [
	AC_ARG_VAR([$1_CFLAGS], [C compiler flags for $1, overriding pkg-config])
	AC_ARG_VAR([$1_LIBS], [linker flags to embed $1, overriding pkg-config])
	AC_MSG_CHECKING([for $1])
	cgswap_have_$1=no
	AS_IF([test -n "$$1_CFLAGS"], [cgswap_lua_modules=given], [cgswap_lua_modules="$3"])
	for cgswap_lua_module in $cgswap_lua_modules; do
		AS_IF([test $cgswap_lua_module = given], [
			cgswap_lua_cflags=$$1_CFLAGS
			cgswap_lua_libs=$$1_LIBS
		], [test -n "$PKG_CONFIG" && $PKG_CONFIG --exists $cgswap_lua_module], [
			cgswap_lua_cflags=`$PKG_CONFIG --cflags $cgswap_lua_module`
			cgswap_lua_libs=`$PKG_CONFIG --libs $cgswap_lua_module`
		], [continue])
		CGSWAP_LUA_NUMBER([$cgswap_lua_cflags])
		AS_IF([test "x$cgswap_lua_number" = x$2], [
			cgswap_have_$1=yes
			$1_CFLAGS=$cgswap_lua_cflags
			$1_LIBS=$cgswap_lua_libs
			break
		])
	done
	AS_IF([test $cgswap_have_$1 = yes],
	      [AC_MSG_RESULT([yes ($cgswap_lua_module)])],
	      [AC_MSG_RESULT([no])])
])

# CGSWAP_LUA_WANT(VERSION, NAME, DEBIAN-PACKAGE)
# Decides if VERSION is built: if --with-lua lists it, or by default if it is installed.
AC_DEFUN([CGSWAP_LUA_WANT], [
	AS_CASE([$with_lua],
		[no], [cgswap_have_$2=no],
		[auto], [],
		[AS_CASE([" $cgswap_lua_list "],
			[*" $1 "*], [
				cgswap_lua_list=`AS_ECHO([" $cgswap_lua_list "]) | sed 's/ $1 / /'`
				AS_IF([test $cgswap_have_$2 = no],
				      [CGSWAP_MISSING([Lua $1, which --with-lua requires], [$3])])],
			[cgswap_have_$2=no])])
	AS_IF([test $cgswap_have_$2 = yes], [cgswap_lua_built="$cgswap_lua_built $1"])
])

# CGSWAP_LUA
# --with-lua=LIST. Sets the conditionals BUILD_LUA (any version), BUILD_LUA51, BUILD_LUA53, BUILD_LUA54 and
# EMBED_LUAJIT (for the tests), LUA51_CFLAGS and so on, lua51dir, lua51sharedir and so on, and cgswap_lua_built, the
# list for the summary.
AC_DEFUN([CGSWAP_LUA], [
	AC_REQUIRE([CGSWAP_PROG_SWIG])
	AC_ARG_WITH([lua],
		[AS_HELP_STRING([--with-lua=LIST], [the Lua module for these of 5.1, 5.3, 5.4 and luajit,
				which takes that of 5.1 (default: for all that are here)])
AS_HELP_STRING([--without-lua], [no Lua module])],
		[], [with_lua=auto])
	AS_IF([test "x$with_lua" = xyes], [with_lua=auto cgswap_lua_must=yes], [cgswap_lua_must=no])
	AS_IF([test $cgswap_swig = no && test "x$with_lua" = xauto && test $cgswap_lua_must = no],
	      [with_lua=no])
	cgswap_lua_list=`AS_ECHO(["$with_lua"]) | tr , ' '`
	cgswap_lua_built=
	AS_IF([test "x$with_lua" = xno], [
		cgswap_have_LUA51=no cgswap_have_LUA53=no cgswap_have_LUA54=no cgswap_have_LUAJIT=no
	], [
		CGSWAP_LUA_FIND([LUA51], [501], [lua5.1 lua-5.1 lua51 lua])
		CGSWAP_LUA_FIND([LUA53], [503], [lua5.3 lua-5.3 lua53 lua])
		CGSWAP_LUA_FIND([LUA54], [504], [lua5.4 lua-5.4 lua54 lua])
		CGSWAP_LUA_FIND([LUAJIT], [501], [luajit])
	])
	CGSWAP_LUA_WANT([5.1], [LUA51], [liblua5.1-0-dev])
	CGSWAP_LUA_WANT([5.3], [LUA53], [liblua5.3-dev])
	CGSWAP_LUA_WANT([5.4], [LUA54], [liblua5.4-dev])
	CGSWAP_LUA_WANT([luajit], [LUAJIT], [libluajit-5.1-dev])
	AS_IF([test "x$with_lua" != xauto && test "x$with_lua" != xno], [
		for cgswap_lua_version in $cgswap_lua_list; do
			AC_MSG_ERROR([--with-lua: unknown version '$cgswap_lua_version' (known: 5.1, 5.3, 5.4, luajit)])
		done
	])
	AS_IF([test $cgswap_lua_must = yes && test -z "$cgswap_lua_built"],
	      [CGSWAP_MISSING([Lua, which --with-lua requires], [liblua5.4-dev])])
	AS_IF([test -n "$cgswap_lua_built" && test $cgswap_swig = no],
	      [CGSWAP_MISSING([SWIG 4.1 or later, for the Lua module], [swig])])

	# LuaJIT's module is that of 5.1, and can be built with LuaJIT's headers where Lua's are missing.
	AS_IF([test $cgswap_have_LUAJIT = yes && test $cgswap_have_LUA51 = no], [LUA51_CFLAGS=$LUAJIT_CFLAGS])
	AM_CONDITIONAL([BUILD_LUA], [test -n "$cgswap_lua_built"])
	AM_CONDITIONAL([BUILD_LUA51], [test $cgswap_have_LUA51 = yes || test $cgswap_have_LUAJIT = yes])
	AM_CONDITIONAL([BUILD_LUA53], [test $cgswap_have_LUA53 = yes])
	AM_CONDITIONAL([BUILD_LUA54], [test $cgswap_have_LUA54 = yes])
	AM_CONDITIONAL([EMBED_LUA51], [test $cgswap_have_LUA51 = yes])
	AM_CONDITIONAL([EMBED_LUAJIT], [test $cgswap_have_LUAJIT = yes])
	AC_SUBST([lua51dir], ['${libdir}/lua/5.1'])
	AC_SUBST([lua53dir], ['${libdir}/lua/5.3'])
	AC_SUBST([lua54dir], ['${libdir}/lua/5.4'])
	AC_SUBST([lua51sharedir], ['${datadir}/lua/5.1'])
	AC_SUBST([lua53sharedir], ['${datadir}/lua/5.3'])
	AC_SUBST([lua54sharedir], ['${datadir}/lua/5.4'])
])
