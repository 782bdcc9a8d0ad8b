#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# libcgswap.so exports exactly the functions that cgswap.h declares.

library=src/.libs/libcgswap.so
header=${abs_top_srcdir-.}/include/cgswap.h
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT HUP INT TERM

test -f "$library" || { echo "1..0 # SKIP no shared library was built"; exit 0; }
command -v nm >/dev/null || { echo "1..0 # SKIP nm is missing"; exit 0; }

# A declaration is the text between CGSWAP_API and the first parenthesis.
sed -e 's|/\*.*\*/||' "$header" |
	sed -n 's/^CGSWAP_API .*[ *]\(cgswap_[a-z0-9_]*\)(.*/\1/p' | sort >"$work/declared"
grep -c '^CGSWAP_API ' "$header" >"$work/count"
nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
	sort -u >"$work/exported"

failed=0
check()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "#      got: $2"
		echo "#   wanted: $3"
		failed=1
	fi
}

number=0
echo 1..4
check "every declaration was read" "$(wc -l <"$work/declared")" "$(cat "$work/count")"
check "more than a hundred functions" "$([ "$(cat "$work/count")" -gt 100 ] && echo yes)" yes
check "no function is declared but not exported" "$(comm -23 "$work/declared" "$work/exported" | xargs)" ""
check "no function is exported but not declared" "$(comm -13 "$work/declared" "$work/exported" | xargs)" ""
exit $failed
