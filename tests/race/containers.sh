#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# containers.sh [CONTAINERS]: runc starts and ends containers below one cgroup, several at a time, while
# the command swaps their device filters again and again, in all containers that have the filter of runc.
# No container may fail because of that: each opens /dev/null all the time, and ends by itself. A
# container sets its filter twice, and the second time it replaces the one that it has just read; if that
# was swapped in between, runc fails. This race of runc exists with any other program that changes the
# filter, so such failures are counted by themselves, as are swaps that lost the race to runc.
#
# runc works in a mount namespace whose only cgroup hierarchy has a scratch cgroup as its root, and in a
# pid namespace that ends with this script.
set -u

containers=${1:-120}
at_once=4
store=/sys/fs/bpf # an empty directory that the kernel makes: a tmpfs there needs nothing else
cgroups=/sys/fs/cgroup

skip()
{
	echo "1..0 # SKIP $*"
	exit 0
}

# ---- in the namespaces ------------------------------------------------------------------------

# bundle NAME: writes the bundle of a container, which opens /dev/null 300 times.
bundle()
{
	mkdir -p "$store/$1/rootfs" && cat >"$store/$1/config.json" <<EOT
{ "ociVersion": "1.0.2",
  "process": { "user": { "uid": 0, "gid": 0 }, "cwd": "/", "env": [ "PATH=/" ],
    "args": [ "/busybox", "sh", "-c",
      "i=0; while [ \$i -lt 300 ]; do true </dev/null || exit 77; i=\$((i + 1)); done" ] },
  "root": { "path": "rootfs" },
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs" },
    { "destination": "/busybox", "type": "bind", "source": "$busybox", "options": [ "bind", "ro" ] } ],
  "linux": { "cgroupsPath": "/$1", "namespaces": [ { "type": "pid" }, { "type": "mount" } ],
    "resources": { "devices": [ { "allow": false, "access": "rwm" } ] } } }
EOT
}

# start NAME: runs a container to its end, and writes down how it ended.
start()
{
	bundle "$1"
	runc --root "$store/runc" run --bundle "$store/$1" "$1" >"$store/$1/log" 2>&1 </dev/null
	status=$?
	if [ $status -eq 0 ]; then
		echo ended
	elif grep -q "BPF_F_REPLACE\|BPF_PROG_ATTACH" "$store/$1/log"; then
		echo "lost_by_runc: $(tail -n 1 "$store/$1/log")"
	else
		echo "failed with $status: $(tail -n 1 "$store/$1/log")"
	fi >>"$store/outcomes"
	rm -rf "${store:?}/$1"
}

# Starts its share of the containers, one after another.
start_some()
{
	n=0
	while [ $n -lt $((containers / at_once)) ]; do
		start "c$1-$n"
		n=$((n + 1))
	done
	echo "$1" >>"$store/finished"
}

# Swaps the filters of runc until all containers have ended.
swap_all()
{
	while [ "$(wc -l <"$store/finished")" -lt $at_once ]; do
		"$cgswap" replace "$cgroups" device "tag:$tag" "$object" --recursive \
			--state-dir "$store/state" --json \
			>"$store/swap" 2>&1
		if [ $? -eq 0 ]; then
			sed -n 's/.*"done": \([0-9]*\).*/swapped \1/p' "$store/swap"
		else
			sed -n 's/^{"error": {[^}]*"cause": "\([a-z_]*\)".*/refused \1/p' "$store/swap"
		fi >>"$store/swaps"
	done
}

# The filter of runc has no name, but the same instructions in all these containers.
learn_tag()
{
	bundle first
	sed -i 's/-lt 300/-lt 30000000/' "$store/first/config.json"
	runc --root "$store/runc" run --bundle "$store/first" first >"$store/first/log" 2>&1 </dev/null &
	tries=0
	while [ $tries -lt 600 ]; do
		tag=$("$cgswap" show "$cgroups/first" device --json 2>/dev/null |
			sed -n 's/.*"tag": "\([0-9a-f]*\)".*/\1/p' | head -n 1)
		[ -z "$tag" ] || break
		sleep 0.1
		tries=$((tries + 1))
	done
	runc --root "$store/runc" kill first KILL
	wait
}

inside()
{
	mount -t tmpfs -o mode=0700 tmpfs "$store" && mkdir "$store/cgroup" &&
		mount --bind "$host" "$store/cgroup" || exit 1
	while umount -l "$cgroups" 2>/dev/null; do :; done
	mount --move "$store/cgroup" "$cgroups" && mount -t proc proc /proc || exit 1
	# for the journal of the swaps
	mkdir "$store/bpf" "$store/state" && mount -t bpf bpf "$store/bpf" || exit 1
	: >"$store/outcomes" && : >"$store/swaps" && : >"$store/finished"
	learn_tag
	[ -n "$tag" ] || {
		cat "$store/first/log"
		exit 1
	}
	worker=0
	while [ $worker -lt $at_once ]; do
		start_some $worker &
		worker=$((worker + 1))
	done
	swap_all
	wait
	cat "$store/outcomes" "$store/swaps" >"$work/results"
}

# ---- outside ----------------------------------------------------------------------------------

if [ "${2:-}" = inside ]; then
	inside
	exit
fi

test "$(id -u)" -eq 0 || skip "needs root"
command -v runc >/dev/null || skip "runc is not installed (Debian: runc)"
busybox=$(command -v busybox) || skip "busybox is not installed (Debian: busybox-static)"
mount=$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
test -n "$mount" || skip "cgroup2 is not mounted"
cgswap=$abs_top_builddir/tools/cgswap
object=$abs_top_builddir/tests/bpf/object/any_device.bpf.o
test -e "$object" || skip "the objects were built without clang"

# The same names as in tests/lib/scratch_live.c: the next test removes what a killed one left.
host=$mount/cgswap-test-$$-$(stat -L -c %i /proc/self/ns/pid)
work=$(mktemp -d) || exit 99

end()
{
	echo 1 2>/dev/null >"$host/cgroup.kill"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		find "$host" -depth -type d -exec rmdir {} + 2>/dev/null
		test -d "$host" || break
		sleep 0.1
	done
	rm -rf "$work"
}
trap end EXIT
trap 'exit 99' HUP INT TERM
mkdir "$host" || exit 99
. "$abs_top_srcdir/tests/lib/tap.sh"

export abs_top_builddir abs_top_srcdir busybox cgswap object host work
check "the containers run" unshare --mount --pid --fork --kill-child --propagation private \
	sh "$0" "$containers" inside
count()
{
	grep -c "$1" "$work/results"
}
total=$((containers / at_once * at_once))
check "each of $total containers has ended" \
	test "$(count '^ended\|^failed\|^lost_by_runc')" -eq $total
check "none failed by a swap" sh -c "! grep '^failed' '$work/results'"
check "most of them ended well" test "$(count '^ended')" -gt $((total / 2))
check "filters were swapped" test "$(count '^swapped [1-9]')" -gt 0
check "a refused swap lost a race to runc, or found no filter of it" \
	sh -c "! grep '^refused' '$work/results' | grep -v ' not_attached$\| lost_race$\| chain_empty$'"
echo "# $(count '^ended') ended, $(count '^lost_by_runc') failed by the race of runc;" \
	"$(awk '/^swapped/ { n += $2 } END { print n + 0 }' "$work/results") filters swapped," \
	"$(count ' lost_race$') swaps lost the race"
grep '^lost_by_runc' "$work/results" | sort | uniq -c | sort -rn | head -n 3 | sed 's/^/# /'
finish
