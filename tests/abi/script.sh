# SPDX-License-Identifier: BSD-2-Clause
#
# Common parts of the scripts of this folder: TAP, the compiler that built the library, a temporary
# directory, the text of cgswap_abi_describe().

source=${abs_top_srcdir-.}
header=$source/include/cgswap.h
table=$source/src/abi/abi.def
map=$source/src/abi/libcgswap.map
library=$PWD/src/.libs/libcgswap.so

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT HUP INT TERM
. "$source/tests/lib/tap.sh"

# setting NAME: a variable of the Makefile.
setting()
{
	sed -n "s/^$1 = //p" Makefile
}
CC=$(setting CC)
sanitize=$(setting SANITIZE_FLAGS)

tests/abi/describe >"$work/text" || exit 99
