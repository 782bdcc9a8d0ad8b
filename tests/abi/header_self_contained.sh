#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# cgswap.h can be included alone, twice, in C99 and later and in C++, without warnings; and a program
# that uses it links with the library alone.

include=${abs_top_srcdir-.}/include
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT HUP INT TERM

# The flags with which the library was built.
setting()
{
	sed -n "s/^$1 = //p" Makefile
}
CC=$(setting CC)
sanitize=$(setting SANITIZE_FLAGS)

cat >"$work/use.c" <<'END'
#include <cgswap.h>
#include <cgswap.h>

int main(void)
{
	struct cgswap_session_opts opts = { 0 };

	opts.sz = sizeof(opts);
	return cgswap_version()[0] == '\0' || cgswap_cause_get_count() == 0;
}
END
cp "$work/use.c" "$work/use.cc"

. "${abs_top_srcdir-.}/tests/lib/tap.sh"

strict="-Wall -Wextra -pedantic -Werror"
for standard in c99 c11 gnu11 c17; do
	check "as $standard" $CC -std=$standard $strict -Wstrict-prototypes -I"$include" \
		-c "$work/use.c" -o "$work/use.o"
done
if command -v "${CXX-c++}" >/dev/null; then
	for standard in c++11 c++17; do
		check "as $standard" ${CXX-c++} -std=$standard $strict \
			-Wno-missing-field-initializers -I"$include" \
			-c "$work/use.cc" -o "$work/use-cc.o"
	done
else
	number=$((number + 1))
	echo "ok $number # SKIP no C++ compiler"
fi
if command -v clang >/dev/null; then
	check "with all of clang's warnings about headers" clang -std=c99 $strict -Wdocumentation \
		-I"$include" -c "$work/use.c" -o "$work/use.o"
fi
check "a program links" ./libtool --silent --mode=link $CC $sanitize \
	"$work/use.o" -o "$work/use" src/libcgswap.la
check "the program runs" "$work/use"
finish
