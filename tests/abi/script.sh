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
number=0
failed=0

# setting NAME: a variable of the Makefile.
setting()
{
	sed -n "s/^$1 = //p" Makefile
}
CC=$(setting CC)
sanitize=$(setting SANITIZE_FLAGS)

# check NAME COMMAND...: prints one line of TAP; after a failure also the command's output.
check()
{
	number=$((number + 1))
	name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$work/log"
		failed=1
	fi
}

# skip REASON: skips one check.
skip()
{
	number=$((number + 1))
	echo "ok $number # SKIP $1"
}

finish()
{
	echo "1..$number"
	exit $failed
}

tests/abi/describe >"$work/text" || exit 99
