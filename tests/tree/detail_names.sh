#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The names of details are the same in three places: the formats of the messages ("'%s'{cgroup}"), the
# table in src/base/error_text.c, and the comment in cgswap.h. A name stands after a conversion: anywhere
# else its braces would be printed.

src=${abs_top_srcdir-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
. "$src/tests/lib/tap.sh"

cat "$src"/src/*/*.c | grep -oE "%[#.0-9lz]*[sducx]'?\{[a-z_]+\}" | sed 's/.*{//; s/}//' |
	sort -u >"$work/used"
sed -n '/^static const char \*const detail_names/,/^};/p' "$src/src/base/error_text.c" |
	grep -o '"[a-z_]*"' | tr -d '"' >"$work/table"
sed -n '/@brief Returns the name of a detail/,/A name can come/p' "$src/include/cgswap.h" |
	grep -o '"[a-z_]*"' | tr -d '"' >"$work/header"
sort -u "$work/table" >"$work/sorted"

cat "$src"/src/*/*.c "$src"/tools/*.c | tr -d '\n' | sed 's/"[[:space:]]*"//g' |
	grep -oE '.{0,14}\{[a-z_]+\}' | grep -vE "%#?(\.[0-9]+)?[lz]*[sducx]'?\{[a-z_]+\}\$" |
	sed 's/^/# /' >"$work/printed"
cat "$work/printed"

check 'the table is sorted and has no name twice' cmp "$work/table" "$work/sorted"
check 'messages use the names of the table, and each of them' diff "$work/used" "$work/table"
check 'each name follows a conversion' [ ! -s "$work/printed" ]
check 'the header lists the names of the table' diff "$work/table" "$work/header"
finish
