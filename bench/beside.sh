#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# beside.sh DIR ROUNDS BENCHMARK...: compares this build with the one in DIR, the build directory of
# another version. A benchmark is a program (bench/commit_cost) or a target of make (bench-python). Each
# runs alternately in both, so that both have the same disturbances. The table has the medians of each
# figure and their ratio; above 1 this build is slower. Figures of code that is the same in both ("bare",
# "by hand") show how much the machine disturbs.
#
# Run in the build directory by `make bench BESIDE=DIR`. It parses the output of the benchmarks, so the
# other version only needs programs of the same names. A figure is a number before "ns". Its name is the
# text before the first figure of its line; its column is named by the last line with the word "ratio",
# or else by the last line without a figure.
set -eu

: "${MAKE:=make}" "${AWK:=awk}"
other=$1
rounds=$2
shift 2

die() {
	echo "bench: $*" >&2
	exit 1
}

[ -f "$other/Makefile" ] || die "not a build directory: '$other'"
[ "$(cd "$other" && pwd -P)" != "$(pwd -P)" ] || die "'$other' is this build directory"
[ "$rounds" -gt 0 ] 2>/dev/null || die "BESIDE_ROUNDS must be a number above 0, not '$rounds'"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

is_program() {
	case $1 in */*) ;; *) false ;; esac
}

# run DIRECTORY BENCHMARK: prints its output.
run() (
	cd "$1"
	if is_program "$2"; then
		"./$2"
	else
		$MAKE -s --no-print-directory "$2"
	fi
)

# figures SIDE ROUND BENCHMARK: turns the output of a benchmark into lines of
# side, round, name of the figure and nanoseconds, separated by tabs.
figures() {
	$AWK -v OFS='\t' -v side="$1" -v round="$2" -v benchmark="${3##*/}" '
	function trim(text, gap) {
		gsub(/^ +| +$/, "", text)
		gsub(/  +/, gap, text)
		return text
	}
	/ ratio( |$)/ {
		count = split(trim($0, "\t"), header, "\t")
		for (i = 1; i <= count; i++)
			if (header[i] == "ratio")
				at = i
		column[1] = header[at - 2]
		column[2] = header[at - 1]
		column[3] = header[at + 1]
		title = ""
		next
	}
	!/[0-9] ns/ {
		if ($0 != "")
			title = trim($0, " ")
		sub(/; target.*/, "", title)
		next
	}
	{
		rest = $0
		name = ""
		for (i = 1; match(rest, /[0-9]+ ns/); i++) {
			if (i == 1)
				name = trim(substr(rest, 1, RSTART - 1), " ")
			value = substr(rest, RSTART, RLENGTH - 3)
			rest = substr(rest, RSTART + RLENGTH)
			full = title != "" ? title ": " name : name ": " column[i]
			print side, round, benchmark ": " full, value
		}
	}'
}

# prepare BENCHMARK: builds it in the other directory; a target of make builds what it runs.
prepare() {
	if is_program "$1"; then
		$MAKE -s -C "$other" "$1"
	else
		run . "$1" && run "$other" "$1"
	fi >"$work/make" 2>&1
}

# Everything is built before the first is timed.
for benchmark in "$@"; do
	shift
	if prepare "$benchmark"; then
		set -- "$@" "$benchmark"
	else
		tail -n 3 "$work/make" >&2
		echo "bench: skipping $benchmark: '$other' cannot build it" >&2
	fi
done
[ $# -gt 0 ] || die "no benchmark exists in both builds"

: >"$work/figures"
round=1
while [ "$round" -le "$rounds" ]; do
	for benchmark in "$@"; do
		echo "bench: round $round of $rounds: $benchmark" >&2
		run . "$benchmark" >"$work/out" || die "$benchmark failed"
		figures ours "$round" "$benchmark" <"$work/out" >>"$work/figures"
		run "$other" "$benchmark" >"$work/out" || die "$benchmark failed in '$other'"
		figures theirs "$round" "$benchmark" <"$work/out" >>"$work/figures"
	done
	round=$((round + 1))
done

$AWK -F '\t' '
function median(list, count,    i, j, value) {
	for (i = 2; i <= count; i++) {
		value = list[i]
		for (j = i - 1; j > 0 && list[j] > value; j--)
			list[j + 1] = list[j]
		list[j + 1] = value
	}
	return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
}
# The median of a figure on one side, or -1 if that side does not have it.
function median_of(side, name,    list, count, round) {
	for (round = 1; round <= rounds; round++)
		if ((side, name, round) in value)
			list[++count] = value[side, name, round]
	return count ? median(list, count) : -1
}
{
	if (!($3 in seen)) {
		seen[$3] = 1
		names[++figures] = $3
		if (length($3) > width)
			width = length($3)
	}
	value[$1, $3, $2] = $4 + 0
	if ($2 > rounds)
		rounds = $2 + 0
}
END {
	printf "\nMedians of %d rounds; lowest and highest: the ratios of single rounds.\n\n", rounds
	printf "%-" width "s  %10s  %10s  %5s  %6s %7s\n", "", "ours", "theirs", "ratio", "lowest", "highest"
	for (i = 1; i <= figures; i++) {
		name = names[i]
		ours = median_of("ours", name)
		theirs = median_of("theirs", name)
		if (ours < 0 || theirs <= 0)
			continue
		low = high = 0
		for (round = 1; round <= rounds; round++) {
			if (value["theirs", name, round] <= 0)
				continue
			quotient = value["ours", name, round] / value["theirs", name, round]
			if (!low || quotient < low)
				low = quotient
			if (quotient > high)
				high = quotient
		}
		printf "%-" width "s  %7.0f ns  %7.0f ns  %5.2f  %6.2f %7.2f\n", \
			name, ours, theirs, ours / theirs, low, high
	}
}' "$work/figures"
