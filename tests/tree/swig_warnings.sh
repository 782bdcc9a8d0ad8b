#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# SWIG prints no warning for the interface of either language.

src=${abs_top_srcdir-.}
swig=${SWIG:-swig}
command -v "$swig" >/dev/null 2>&1 || {
	echo '1..0 # SKIP swig was not found'
	exit 0
}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

count=0
failed=0
for language in python lua; do
	count=$((count + 1))
	if "$swig" -$language -Wall -I"$src/swig" -I"$src/include" -outdir "$work" \
		-o "$work/wrapper.c" "$src/swig/cgswap.i" >"$work/printed" 2>&1 &&
		[ ! -s "$work/printed" ]; then
		echo "ok $count - no warning for $language"
	else
		failed=1
		echo "not ok $count - no warning for $language"
		sed 's/^/# /' "$work/printed"
	fi
done
echo "1..$count"
exit $failed
