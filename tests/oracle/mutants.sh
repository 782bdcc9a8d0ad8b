#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Mutation tests: a rule is broken in one place after another (mutants.txt), and each time the oracle
# must fail. A mutation that cannot be applied or compiled fails the test too. Each mutation prints one
# line of TAP with the broken rule; the first line is a run with unbroken rules.
#
# Run by make, which sets abs_top_srcdir and abs_top_builddir. mutants.conf has the commands to
# compile and link.

oracle=$abs_top_builddir/tests/oracle
mutations=$abs_top_srcdir/tests/oracle/mutants.txt
work=$oracle/mutants.d
operations=300000

cd "$abs_top_builddir" || exit 99
. "$oracle/mutants.conf" || exit 99
rm -rf "$work"
mkdir -p "$work" || exit 99
trap 'rm -rf "$work"' EXIT

control=$("$oracle/model_agrees_with_kernel" --operations 50000 --quick 2>&1)
case $control in
*'# SKIP'*)
	echo "$control"
	exit 0
	;;
esac

grep -v -e '^#' -e '^$' "$mutations" >"$work/list"
count=$(wc -l <"$work/list")
echo "1..$((count + 1))"
case $control in
*'not ok'* | *'Bail out'*)
	echo "not ok 1 - with unbroken rules the oracle passes"
	echo "$control" | sed 's/^/# /'
	;;
*)
	echo "ok 1 - with unbroken rules the oracle passes"
	;;
esac

# break_it FILE FUNCTION SED INTO: writes the broken file; fails if sed changed nothing.
break_it() {
	sed "/^[a-z].*[ *]$2(/,/^}/{
$3
}" "$abs_top_srcdir/src/$1" >"$4" 2>"$4.log" && ! cmp -s "$4" "$abs_top_srcdir/src/$1"
}

# try NUMBER FILE FUNCTION SED: tests one mutation and writes its result to the file NUMBER/result.
try() {
	at=$work/$1
	mkdir "$at"
	if ! break_it "$2" "$3" "$4" "$at/${2##*/}"; then
		echo "not applied" >"$at/result"
	elif ! eval "$compile -I'$abs_top_srcdir/src' -c -o '$at/broken.o' '$at/${2##*/}'" >"$at/log" 2>&1 ||
		! eval "$link -o '$at/oracle' '$at/broken.o' $objects" >>"$at/log" 2>&1; then
		echo "not compiled" >"$at/result"
	else
		"$at/oracle" --operations $operations --quick >"$at/log" 2>&1
		status=$?
		if [ $status -eq 1 ] && grep -q '^not ok 1 ' "$at/log"; then
			echo noticed >"$at/result"
		elif [ $status -eq 0 ]; then
			echo "not noticed" >"$at/result"
		else
			echo "ended with $status" >"$at/result"
		fi
	fi
	rm -f "$at/oracle"
}

# worker FIRST STEP: tries every STEPth mutation.
worker() {
	number=0
	while IFS= read -r line; do
		number=$((number + 1))
		[ $((number % $2)) -eq "$1" ] || continue
		rest=${line#* | }
		file=${rest%% | *}
		rest=${rest#* | }
		function=${rest%% | *}
		try "$number" "$file" "$function" "${rest#* | }"
	done <"$work/list"
}

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || jobs=1
first=0
while [ $first -lt "$jobs" ]; do
	worker $first "$jobs" &
	first=$((first + 1))
done
wait

failures=0
number=0
while IFS= read -r line; do
	number=$((number + 1))
	result=$(cat "$work/$number/result" 2>/dev/null)
	after=$(sed -n 's/^# \([0-9]* operations\) in .*/after \1/p' "$work/$number/log" 2>/dev/null)
	if [ "$result" = noticed ]; then
		echo "ok $((number + 1)) - the oracle notices when this is broken: ${line%% | *} ($after)"
		continue
	fi
	failures=$((failures + 1))
	echo "not ok $((number + 1)) - the oracle notices when this is broken: ${line%% | *}"
	echo "# $result: $line"
	tail -n 12 "$work/$number/log" 2>/dev/null | sed 's/^/# /'
done <"$work/list"
[ $failures -eq 0 ]
