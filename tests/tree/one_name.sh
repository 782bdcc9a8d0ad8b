#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A name is found once: no two files of src/ and tools/ define a static function of the same name, but
# for a handful.

src=${abs_top_srcdir-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
. "$src/tests/lib/tap.sh"

# Prints NAME FILE for each definition: its line begins with static, and no later line of the
# declaration ends it with a semicolon before the body.
cd "$src" || exit 99
awk '
FNR == 1 { name = "" }
{ sub(/__attribute__ *\(\(.*\)\) /, "") }
/^static / && !/=/ && match($0, /[a-z_0-9]+\(/) { name = substr($0, RSTART, RLENGTH - 1) }
name && /;$/ { name = "" }
name && /^\{$/ { print name, FILENAME; name = "" }' src/*/*.c tools/*.c | sort -u >"$work/defined"

cut -d' ' -f1 "$work/defined" | uniq -d >"$work/twice"
grep -wF -f "$work/twice" "$work/defined" | sed 's/^/# /'
check 'more than a thousand functions were read' [ "$(wc -l <"$work/defined")" -gt 1000 ]
check 'five names at most are defined in several files' [ "$(wc -l <"$work/twice")" -le 5 ]
finish
