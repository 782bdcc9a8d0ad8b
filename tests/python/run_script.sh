#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run_script.sh PROGRAM SCRIPT: runs a script by the embedding program. With sanitizers, the program ends
# with a report of leaks, most of them the interpreter's. Only leaks of our own code fail the test. (The
# test no_memory_growth counts Python's objects.)
if ! grep -qs __asan_init "$1" "${1%/*}/.libs/${1##*/}"; then
	exec "$@"
fi

report=$(mktemp) || exit 99
trap 'rm -f "$report"' EXIT
LSAN_OPTIONS=exitcode=0 ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=1" "$@" 2>"$report"
status=$?
# the frame that called malloc
ours=$(grep -A1 '^ *#0 .*_interceptor_' "$report" | grep -E '#1 .* (in )?(cg_|cgswap_|_wrap_|.*libcgswap|.*_cgswap)')
if grep -q 'ERROR: AddressSanitizer\|runtime error:' "$report" || [ -n "$ours" ]; then
	cat "$report" >&2
	status=1
elif ! grep -q 'ERROR: LeakSanitizer' "$report"; then
	cat "$report" >&2
fi
exit $status
