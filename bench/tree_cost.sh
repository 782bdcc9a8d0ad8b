#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The cost of `cgswap tree` and `cgswap show`, beside `bpftool cgroup tree` and `show`, over 300 cgroups
# with a program each. Both run in turn; the median of the rounds is printed in ms. Needs root.
#
# usage: tree_cost.sh CGSWAP OBJECT BPFTOOL
set -eu

cgswap=$1
object=$2
bpftool=$3
cgroups=300
rounds=11
work=$(mktemp -d)
mount=$(awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup2") { print $5; exit } }' \
	/proc/self/mountinfo)
top=$mount/cgswap-test-$$-$(stat -L -c %i /proc/self/ns/pid)-tree

clean_up()
{
	find "$top" -depth -type d -exec rmdir {} + 2>/dev/null || true
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

mkdir "$top"
for i in $(seq $cgroups); do
	mkdir "$top/c$i"
	"$cgswap" attach "$top/c$i" egress "$object" --quiet
done

# ms COMMAND...: prints how long it takes.
ms()
{
	began=$(date +%s%N)
	"$@" >/dev/null 2>&1
	echo $((($(date +%s%N) - began) / 1000)) | awk '{ printf "%.2f\n", $1 / 1000 }'
}

median()
{
	sort -n "$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# compare NAME: prints the two medians and their ratio.
compare()
{
	awk -v name="$1" -v ours="$(median "$work/ours")" -v theirs="$(median "$work/theirs")" 'BEGIN {
		printf "%-24s cgswap %8.2f ms   bpftool %8.2f ms   ratio %.3f\n", name, ours, theirs,
			ours / theirs }'
	rm -f "$work/ours" "$work/theirs"
}

for round in $(seq $rounds); do
	ms "$cgswap" tree "$top" >>"$work/ours"
	ms "$bpftool" cgroup tree "$top" >>"$work/theirs"
done
compare "tree of $cgroups cgroups"
for round in $(seq $rounds); do
	ms "$cgswap" show "$top/c1" >>"$work/ours"
	ms "$bpftool" cgroup show "$top/c1" >>"$work/theirs"
done
compare 'show of one cgroup'
