#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The modules of src/ are in the order of src/README: a file includes headers of its own folder and of
# folders above it only, its object uses symbols of these only, and no two objects of a folder use each
# other, directly or through others. tools/ includes cgswap.h, abi/fields.h, base/clock.h,
# base/shell_word.h, base/suggest.h and base/utf8.h only.

src=${abs_top_srcdir-.}
build=${abs_top_builddir-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

sed -n 's/^\([a-z]*\)  .*/\1/p' "$src/src/README" >"$work/order"

# Prints pairs FILE INCLUDED, without the system's headers.
(cd "$src" && grep -no '^#include "[^"]*"' src/*/*.[ch] tools/*.[ch]) |
	sed 's/:[0-9]*:#include "/ /; s/"$//' >"$work/includes"

# Prints FOLDER FILE SYMBOL, for symbols that an object defines and for those that it does not.
for object in "$build"/src/*/.libs/src_*libcgswap_core_la-*.o "$build"/src/*/.libs/*.o; do
	[ -f "$object" ] || continue
	folder=${object%/.libs/*}
	nm "$object" | awk -v folder="${folder##*/}" -v file="$(basename "$object" .o)" '
		$(NF - 1) ~ /^[TDBRCVW]$/ { print "defines", folder, file, $NF }
		$(NF - 1) == "U" { print "uses", folder, file, $NF }'
done | sort -u >"$work/symbols"

awk '
function check(good, text) {
	checks++
	printf "%sok %d - %s\n", good ? "" : "not ", checks, text
	bad += !good
}

# Walks from an object to those that it uses in its folder. Returns true if the walk comes back.
function reaches(from, target,    key, part) {
	if (from in seen)
		return 0
	seen[from] = 1
	for (key in edge) {
		split(key, part, SUBSEP)
		if (part[1] == from && (part[2] == target || reaches(part[2], target)))
			return 1
	}
	return 0
}

FILENAME ~ /order$/ { level[$1] = FNR; modules++; next }

FILENAME ~ /includes$/ {
	split($1, part, "/")
	includes++
	if (part[1] == "tools") {
		if ($2 ~ /\// && $2 != "abi/fields.h" && $2 != "base/clock.h" && $2 != "base/shell_word.h" && $2 != "base/suggest.h" && $2 != "base/utf8.h")
			check(0, $1 " includes " $2 ", which is the library'\''s own")
		next
	}
	folder[part[2]] = 1
	split($2, other, "/")
	if (!(other[1] in level))
		check(0, $1 " includes \"" $2 "\" without its folder")
	else if (level[other[1]] > level[part[2]])
		check(0, $1 " includes " $2 " of a module below its own")
	next
}

$1 == "defines" { home[$4] = $2; file[$4] = $3; objects[$2 "/" $3] = 1; next }

$1 == "uses" { uses[++count] = $2 " " $3 " " $4 }

END {
	for (name in folder)
		check(name in level, "src/README has " name)
	for (i = 1; i <= count; i++) {
		split(uses[i], u, " ")
		symbol = u[3]
		if (!(symbol in home))
			continue
		if (level[home[symbol]] > level[u[1]])
			check(0, u[1] "/" u[2] " uses " symbol "() of " home[symbol])
		if (home[symbol] == u[1] && file[symbol] != u[2])
			edge[u[1] "/" u[2], u[1] "/" file[symbol]] = symbol
		ties++
	}
	for (name in objects) {
		split("", seen)
		if (reaches(name, name))
			check(0, name " is in a circle of objects that use each other")
		n++
	}
	check(modules > 10, modules " modules are in order")
	check(includes > 300, includes " includes name a module above, or their own")
	check(n > 80 && ties > 300, ties " uses of symbols between " n " objects follow the order")
	print "1.." checks
	exit bad > 0
}' "$work/order" "$work/includes" "$work/symbols"
