#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The files and folders of the tree that README, HACKING, NEWS and the pages in docs/ name are there.

src=${abs_top_srcdir-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
. "$src/tests/lib/tap.sh"

cd "$src" || exit 99
grep -ohE '\b(src|include|tools|swig|tests|bench|examples|man|docs|m4)/[A-Za-z0-9_./*-]*[A-Za-z0-9_*]' \
	README HACKING NEWS src/README swig/python/README.md docs/*.md | sort -u |
	grep -vE '/(NAME|SUBJECT|SUITE)' >"$work/named"
grep -ohE '`[a-z_]+\.(c|h|def|sh|txt|lua|py|swg)`' HACKING | tr -d '`' | sort -u >"$work/bare"

# A program is built from its source, and an object of BPF from x.bpf.c.
while read -r path; do
	path=${path%.model}
	set -- $path
	[ -e "$1" ] || [ -e "$path.c" ] || [ -e "${path%.o}.c" ] ||
		[ -e "tests/${path#tests/model/}.c" ] || echo "$path"
done <"$work/named" >"$work/missing"
while read -r name; do
	find src include tools swig tests bench examples -name "$name" | grep -q . || echo "$name"
done <"$work/bare" >>"$work/missing"

sed 's/^/# /' "$work/missing"
check 'more than fifty files are named' [ "$(wc -l <"$work/named")" -gt 50 ]
check 'each of them is there' [ ! -s "$work/missing" ]
finish
