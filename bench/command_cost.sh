#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The cost of `cgswap tree`, `show` and `replace`, beside that of bpftool's commands, over 300 cgroups with
# a program each. For a replace bpftool needs two processes: attach and detach. Needs root.
#
# usage: command_cost.sh PROCESS_COST CGSWAP OBJECT BPFTOOL
set -eu

# a bpffs of its own
if [ -z "${COMMAND_COST-}" ]; then
	COMMAND_COST=1
	export COMMAND_COST
	exec unshare -m sh "$0" "$@"
fi
process_cost=$1
cgswap=$2
object=$3
bpftool=$4
cgroups=300
mount=$(awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup2") { print $5; exit } }' \
	/proc/self/mountinfo)
top=$mount/cgswap-test-$$-$(stat -L -c %i /proc/self/ns/pid)-command
pins=$(mktemp -d)

clean_up()
{
	find "$top" -depth -type d -exec rmdir {} + 2>/dev/null || true
	umount "$pins" 2>/dev/null || true
	rmdir "$pins"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

mount -t bpf bpf "$pins"
mkdir "$top"
for i in $(seq $cgroups); do
	mkdir "$top/c$i"
	"$cgswap" attach "$top/c$i" egress "$object" --quiet
done

"$process_cost" 11 "tree of $cgroups cgroups" "$cgswap tree $top" "$bpftool cgroup tree $top"
"$process_cost" 51 'show of one cgroup' "$cgswap show $top/c1" "$bpftool cgroup show $top/c1"

# the old and the new program, which change places in each round
mkdir "$top/swap"
"$cgswap" attach "$top/swap" egress "$object" --pin "$pins/new" --quiet
"$cgswap" detach "$top/swap" egress "pin:$pins/new" --quiet
"$cgswap" attach "$top/swap" egress "$object" --pin "$pins/old" --quiet
replace="$cgswap replace $top/swap egress"
attach="$bpftool cgroup attach $top/swap egress pinned"
detach="$bpftool cgroup detach $top/swap egress pinned"
"$process_cost" 51 'two replaces' \
	"$replace pin:$pins/old pin:$pins/new;$replace pin:$pins/new pin:$pins/old" \
	"$attach $pins/new multi;$detach $pins/old;$attach $pins/old multi;$detach $pins/new"
