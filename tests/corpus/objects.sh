#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The objects of this folder have the traits of real ones. Each is swapped under traffic with its maps, and
# bpftool sees that the maps are the same and that nothing is left: corpus.py, in a mount namespace with
# an empty bpffs. CORPUS_ROUNDS swaps of each object: two in `make check`, twenty in `make check-corpus`.
set -u

skip()
{
	echo "1..0 # SKIP $*"
	exit 0
}

test "$(id -u)" -eq 0 || skip "needs root"
grep -q ' - cgroup2 ' /proc/self/mountinfo || skip "cgroup2 is not mounted"
test -n "$BPF_CLANG" || skip "the tests were built without clang"
test -n "$BPFTOOL" || skip "no bpftool"
test -n "$PYTHON" && test "$PYTHON" != : || skip "no Python"
unshare -m true 2>/dev/null || skip "namespaces of our own are not allowed"

CGSWAP=$abs_top_builddir/tools/cgswap
LOADER=$abs_top_builddir/tests/corpus/loader
export CGSWAP LOADER BPFTOOL BPF_CLANG BPF_CFLAGS
exec unshare -m sh -c 'mount -t bpf bpf /sys/fs/bpf && exec "$0" -B "$@"' \
	"$PYTHON" "$abs_top_srcdir/tests/corpus/corpus.py" "${CORPUS_ROUNDS:-2}"
