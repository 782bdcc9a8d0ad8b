#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The commands of README work as printed, and its programs compile and run. They see a cgroup2 mount
# whose root is a scratch cgroup of this test, a bpffs of their own, and the built library, command and
# modules. README ends with commands that clean up; nothing else may be left then.
set -u

skip()
{
	echo "1..0 # SKIP $*"
	exit 0
}

source=$abs_top_srcdir
build=$abs_top_builddir
readme=$source/README
here=$source/tests/readme

test "$(id -u)" -eq 0 || skip "needs root"
mount=$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
test -n "$mount" || skip "cgroup2 is not mounted"
test -d /sys/fs/bpf || skip "the kernel has no bpffs"
test -e "$build/examples/counter.bpf.o" || skip "the examples were built without clang"
unshare -C -m true 2>/dev/null || skip "namespaces of our own are not allowed"

"$build/tools/cgswap" features 2>/dev/null |
	awk '$1 == "ordering" && $2 == "yes" { found = 1 } END { exit !found }' ||
	skip "README shows a kernel that can order a chain (Linux 6.17)"

# The same names as in tests/lib/scratch_live.c: the next test removes what a killed one left.
top=$mount/cgswap-test-$$-$(stat -L -c %i /proc/self/ns/pid)
work=$(mktemp -d) || exit 99

# Removes the scratch cgroup and all below it. Processes that have ended may stay for a moment.
remove_cgroups()
{
	test -d "$top" || return 0
	echo 1 2>/dev/null >"$top/cgroup.kill"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		find "$top" -depth -type d -exec rmdir {} + 2>/dev/null
		test -d "$top" || return 0
		sleep 0.1
	done
}
trap 'remove_cgroups; rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$top" 2>/dev/null || skip "no cgroup can be made below $mount"

. "$source/tests/lib/tap.sh"

# ---- what README's reader has ----------------------------------------------------------------

setting()
{
	sed -n "s/^$1 = //p" "$build/Makefile"
}

# command NAME TEXT: a command that README uses.
command_for_readme()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$work/bin/$1"
	chmod +x "$work/bin/$1"
}

mkdir "$work/bin" "$work/pkgconfig" "$work/blocks" "$work/results" "$work/home" \
	"$work/home/examples"
cp "$build"/examples/*.bpf.o "$work/home/examples/"
command_for_readme cgswap "exec '$build/tools/cgswap' \"\$@\""
command_for_readme cc "exec $(setting CC) \"\$@\""
command_for_readme python3 "exec '$PYTHON' -B \"\$@\""
command_for_readme podman 'cat "$CONTAINER_PID"' # of a process that the test puts into a cgroup
cat >"$work/pkgconfig/libcgswap.pc" <<END
Name: libcgswap
Description: that of the build tree
Version: 0
Cflags: -I$source/include
Libs: -L$build/src/.libs -lcgswap
END

export PATH="$work/bin:$PATH"
export PKG_CONFIG_PATH="$work/pkgconfig"
export LD_LIBRARY_PATH="$build/src/.libs"
export PYTHONPATH="$build/swig/python/package"
export LUA_PATH="$source/swig/lua/?.lua"
export LUA_CPATH="$build/swig/lua/5.1/.libs/?.so"
export CONTAINER_PID="$work/container_pid"
unset MAKEFLAGS MAKELEVEL MFLAGS

# ---- the blocks ------------------------------------------------------------------------------

awk -v out="$work/blocks" -f "$here/blocks.awk" "$readme" >"$work/list" || exit 99

no_bad_blocks()
{
	! grep '^bad ' "$work/list"
}

# can_run N: false where this build lacks the module or the interpreter; $why says which.
can_run()
{
	why=
	if grep -q '^python3 ' "$work/blocks/$1.sh"; then
		test -e "$build/swig/python/assembled" || why="the Python module was not built"
	elif grep -q '^luajit ' "$work/blocks/$1.sh"; then
		test -e "$build/swig/lua/5.1/.libs/cgswap_core.so" ||
			why="the Lua 5.1 module was not built"
		command -v luajit >/dev/null || why="luajit is not installed (Debian package luajit)"
	fi
	test -z "$why"
}

# One shell runs all blocks, so that a variable of one is there for the next. It ends at the first
# command that fails; only a block whose output is an error may.
write_script()
{
	cat <<'END'
set -e
mount --bind "$TOP" "$MOUNT"
mount -t bpf bpf /sys/fs/bpf
mkdir "$MOUNT/box"
sleep 1000 &
sleeper=$!
echo $sleeper >"$MOUNT/box/cgroup.procs"
echo $sleeper >"$CONTAINER_PID"
END
	while read -r what block _ name; do
		case $what in
		file)
			echo "cp '$work/blocks/$name' ."
			;;
		run)
			can_run "$block" || continue
			grep -q '^cgswap: ' "$work/blocks/$block.text" 2>/dev/null && echo 'set +e'
			echo ". '$work/blocks/$block.sh' >'$work/results/$block' 2>&1"
			echo "set -e"
			echo ": >'$work/results/$block.done'"
			;;
		esac
	done <"$work/list"
	cat <<'END'
kill $sleeper
wait $sleeper || :
rmdir "$MOUNT/box"
find "$MOUNT" -mindepth 1 -type d >"$LEFT"
find /sys/fs/bpf -mindepth 1 ! -name '*.debug' >>"$LEFT"
END
}

run_script()
{
	# shellcheck disable=SC2016  # for the shell that is moved
	TOP=$top MOUNT=$mount LEFT=$work/left sh -c '
		echo $$ >"$TOP/cgroup.procs" && cd "$1" && exec unshare -C -m sh "$2"
	' sh "$work/home" "$work/script"
}

# block_works N: it ended, and printed what README says.
block_works()
{
	if ! test -e "$work/results/$1.done"; then
		cat "$work/results/$1" 2>/dev/null || echo "an earlier block failed"
		return 1
	fi
	test -e "$work/blocks/$1.text" || return 0
	sed "s,$mount,/sys/fs/cgroup,g" "$work/results/$1" >"$work/found"
	awk -f "$here/output.awk" "$work/blocks/$1.text" "$work/found"
}

# Each word in backquotes that is a cause or looks like one is known to the command.
causes_exist()
{
	awk '/^Troubleshooting/, /^Limits/' "$readme" | grep -o '`[a-z]*_[a-z0-9_]*`' | tr -d '`' |
		sort -u >"$work/causes"
	test -s "$work/causes" || return 1
	while read -r cause; do
		cgswap explain "$cause" >/dev/null || return 1
	done <"$work/causes"
}

check "every code block of README is run by a test" no_bad_blocks
write_script >"$work/script"
check "the shell that runs them ends well" run_script
while read -r what block line _; do
	test "$what" = run || continue
	if can_run "$block"; then
		check "line $line: $(sed -n 1p "$work/blocks/$block.sh")" block_works "$block"
	else
		number=$((number + 1))
		echo "ok $number - line $line # SKIP $why"
	fi
done <"$work/list"
check "no cgroup and no pin is left" test -e "$work/left" -a ! -s "$work/left"
check "every cause under Troubleshooting exists" causes_exist
finish
