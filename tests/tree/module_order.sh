#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Every file of src/ belongs to a room of the list in HACKING, and includes headers of rooms that
# stand above its own there, or on the same line; of others never an inside.

src=${abs_top_srcdir-.}

awk '
function base(path) {
	sub(/.*\//, "", path)
	sub(/\.[a-z]+$/, "", path)
	return path
}

# The longest name of the list that a file begins with, a word or more.
function room_of(file,    name, best) {
	if (file in inside)
		return inside[file]
	best = ""
	for (name in line)
		if ((file == name || index(file, name "_") == 1) && length(name) > length(best))
			best = name
	return best
}

function judge(good, text) {
	checks++
	printf "%sok %d - %s\n", good ? "" : "not ", checks, text
	bad += !good
}

BEGIN {
	inside["cause"] = "error"
	inside["walk"] = "cgroup"
	inside["entry"] = "chain"
	inside["object_handle"] = "inspect"
	inside["program_handle"] = "loads"
}

FNR == 1 { own = base(FILENAME) }

# The list: names up to the first two blanks.
FILENAME ~ /HACKING$/ && /^    src\// {
	names = $0
	sub(/^    src\//, "", names)
	sub(/  .*/, "", names)
	count = split(names, word, " ")
	rooms++
	for (i = 1; i <= count; i++) {
		sub(/\.h$/, "", word[i])
		line[word[i]] = rooms
	}
}

FILENAME ~ /HACKING$/ { next }

FNR == 1 {
	room = room_of(own)
	judge(room != "", own " has a room")
}

/^#include "/ {
	split($0, part, "\"")
	if (part[2] !~ /\.h$/)
		next
	other = base(part[2])
	its = room_of(other)
	includes++
	if (its == "" || line[its] > line[room])
		judge(0, FILENAME " includes " part[2] " of a room below its own")
	else if (line[its] != line[room] && !(other in line))
		judge(0, FILENAME " includes " part[2] ", an inside of another room")
}

END {
	judge(rooms > 30, "the list has its rooms")
	judge(includes > 200, "all other includes look upwards")
	print "1.." checks
	exit bad > 0
}' "$src/HACKING" "$src"/src/*.[ch]
