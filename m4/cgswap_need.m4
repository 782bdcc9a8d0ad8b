# SPDX-License-Identifier: BSD-2-Clause
#
# Missing dependencies are collected, each with its Debian package, and reported together, so that one
# apt-get installs all of them.

# CGSWAP_MISSING(WHAT, DEBIAN-PACKAGE)
# Records that WHAT is missing.
AC_DEFUN([CGSWAP_MISSING], [
	cgswap_missing="$cgswap_missing
    $1 (Debian package $2)"
	AS_CASE([" $cgswap_missing_packages "],
		[*" $2 "*], [],
		[cgswap_missing_packages="$cgswap_missing_packages $2"])
])

# CGSWAP_NEED_MODULE(VARIABLE, MODULE, MINIMAL-VERSION, DEBIAN-PACKAGE)
# Sets VARIABLE_CFLAGS, VARIABLE_LIBS and cgswap_version_VARIABLE from pkg-config, or records that the
# module is missing.
AC_DEFUN([CGSWAP_NEED_MODULE], [
	PKG_CHECK_MODULES([$1], [$2 >= $3], [
		cgswap_version_$1=`$PKG_CONFIG --modversion $2 2>/dev/null`
		AS_VAR_SET_IF([PKG_CONFIG], [], [cgswap_version_$1=])
		test -n "$cgswap_version_$1" || cgswap_version_$1="as given by $1[]_LIBS"
	], [
		CGSWAP_MISSING([$2, version $3 or later], [$4])
		cgswap_missing_module=yes
	])
])

# CGSWAP_REPORT_MISSING
# Stops configure with the list of missing dependencies, if there are any.
AC_DEFUN([CGSWAP_REPORT_MISSING], [
	AS_IF([test -n "$cgswap_missing_module" && test -z "$PKG_CONFIG"],
	      [CGSWAP_MISSING([pkg-config, without which the modules above cannot be found],
			      [pkg-config])])
	AS_IF([test -n "$cgswap_missing"], [AC_MSG_ERROR([missing:
$cgswap_missing

On Debian: apt-get install$cgswap_missing_packages])])
])
