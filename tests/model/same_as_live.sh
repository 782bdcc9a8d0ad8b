#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Every test ran on the running kernel and on the model, and both runs made the same checks in the same
# order with the same results and error messages. Ids, descriptors, tags and paths of cgroups cannot
# be the same and are masked.

src=${abs_top_srcdir:-.}/tests
build=${abs_top_builddir:-.}/tests
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
count=0
failed=0

# ok STATUS TEXT: prints one check, which passes if the status is 0.
ok()
{
	count=$((count + 1))
	if test "$1" -eq 0; then
		echo "ok $count - $2"
	else
		failed=1
		echo "not ok $count - $2"
	fi
}

skip()
{
	count=$((count + 1))
	echo "ok $count # SKIP $1"
}

# mount_of TYPE: prints the first mount of a filesystem type, or a word that occurs nowhere.
mount_of()
{
	mounted=$(awk -v type="$1" '{
		for (i = 7; i < NF; i++)
			if ($i == "-" && $(i + 1) == type) {
				print $5
				exit
			}
	}' /proc/self/mountinfo)
	echo "${mounted:-no-such-mount}"
}

# said LOG CGROUP2 CGROUP1: prints the checks and error messages of a log, masked. A session on the model
# has its mount at /sys/fs/cgroup in both.
said()
{
	grep -E '^(not )?ok |^1\.\.|^Bail|^# said: ' "$1" | sed -E "
		s,/[^ ']*/cgswap-test[^/ ']*,SCRATCH,g
		s,$3,CGROUP1,g
		s,$2,CGROUP2,g
		s,/sys/fs/cgroup\b,CGROUP2,g
		s,\b(id|fd|link)([ :])[0-9]+,\1\2N,g
		s,\btag:[0-9a-fA-F]{16},tag:T,g
		s,\bprogram [0-9]+,program N,g
		s,\bmap [0-9]+,map N,g
		s,\bcgroup [0-9]+,cgroup N,g
		s,[0-9]+ \(([A-Za-z0-9_.]+)\),N (\1),g
		s,contains '[0-9]+',contains 'N',
		s,^(ok [0-9]+ - )'[0-9]+' is,\1'N' is,"
}

# compare NAME: compares the two logs of a test.
compare()
{
	live=$build/$1.log
	model=$build/model/$1.log
	if ! test -f "$live" || ! test -f "$model"; then
		ok 1 "$1 ran on both"
	elif grep -q '^1\.\.0 # SKIP' "$live"; then
		skip "$1: $(sed -n 's/^1\.\.0 # SKIP //p' "$live")"
	elif grep -q '^ok [0-9]* # SKIP' "$live"; then
		skip "$1: $(sed -n 's/^ok [0-9]* # SKIP //p' "$live" | head -n 1)"
	else
		said "$live" "$cgroup2" "$cgroup1" >"$work/live"
		said "$model" /sys/fs/cgroup /run/cgroup-v1/cpu >"$work/model"
		diff "$work/live" "$work/model" >"$work/diff"
		ok $? "$1 prints the same on both"
		sed 's/^/# /' "$work/diff"
	fi
}

# On an older kernel, tests make fewer checks than on the model, which has every feature.
lacks=$("$build/../tools/cgswap" features --json | tr '{' '\n' | grep '"supported": false' |
	sed 's/.*"name": "\([a-z_]*\)".*/\1/' | tr '\n' ' ')
if test -n "$lacks"; then
	echo "1..0 # SKIP the running kernel lacks features of the model: $lacks"
	exit 0
fi

cgroup2=$(mount_of cgroup2)
cgroup1=$(mount_of cgroup)
names=$(sed -n '/^test_programs = /,/[^\\]$/s,.*%D%/\([a-z_/]*\).*,\1,p' "$src/local.mk")
for name in $names; do
	if grep -q "^$name " "$src/model/live_only.txt"; then
		test ! -f "$build/model/$name.log"
		ok $? "$name runs on the running kernel only"
	else
		compare "$name"
	fi
done
for name in $(sed -n 's,^\([a-z]*/[a-z_]*\) .*,\1,p' "$src/model/live_only.txt"); do
	echo "$names" | grep -qx "$name"
	ok $? "$name of live_only.txt is a test"
done
echo "1..$count"
exit $failed
