#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The tree is written in plain English: no file has a word or a turn of phrase that HACKING rules
# out, and no comment begins with what, whether, who or of. plain_english.txt lists the
# exceptions, each with its reason.

src=${abs_top_srcdir-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$src" || exit 99

find src include tools swig tests bench examples man m4 docs README HACKING NEWS Makefile.am \
	configure.ac quickstart bootstrap .ci -type f 2>/dev/null |
	grep -vE '/__pycache__/|\.(o|lo|la|so|pyc|log|trs)$|/plain_english\.(sh|txt)$|^m4/(libtool|lt)' |
	sort >"$work/files"

count=0
failed=0

# check NAME: passes when $work/found is empty but for the exceptions.
check()
{
	count=$((count + 1))
	grep -vF -f "$work/exceptions" "$work/found" >"$work/left"
	if [ -s "$work/left" ]; then
		failed=1
		echo "not ok $count - $1"
		sed 's/^/# /' "$work/left" | head -n 40
		echo "# $(wc -l <"$work/left") in all"
	else
		echo "ok $count - $1"
	fi
}

sed -n 's/^\([^#].*[^ ]\)  *# .*/\1/p' tests/tree/plain_english.txt >"$work/exceptions"

# forbid NAME PATTERN: no line has it, as a word and in any case.
forbid()
{
	xargs grep -nHIiwE -e "$2" <"$work/files" >"$work/found" 2>/dev/null
	check "$1"
}

forbid "no 'nobody', 'somebody', 'whoever'" 'nobody|nobodys|somebody|whoever'
forbid "no 'anew'" 'anew'
forbid "no 'is no X'" 'is no'
forbid "attach type, not hook" 'hooks?'
forbid "reuse, not heir" 'heirs?|testator'
forbid "backend, module, probe, fixture: not door, room, witness, scene" \
	'doors?|rooms?|witness(es)?|scenes?|ledger|teeth'
forbid "license, not licence" 'licences?'

# The first word of each comment, in C, shell, make, Python and Lua.
xargs awk '
FNR == 1 { inside = 0 }
{
	text = ""
	if (match($0, /^[ \t]*\/\*\*?[ \t]*$/)) {
		inside = 1
		next
	}
	if (inside && match($0, /^[ \t]*\*[ \t]+/)) {
		text = substr($0, RLENGTH + 1)
		inside = 0
	} else if (match($0, /\/\*\*?<?[ \t]+/)) {
		text = substr($0, RSTART + RLENGTH)
	} else if (FILENAME !~ /\.(c|h|md|[137]|in|def|i|swg)$/ &&
		   match($0, /^[ \t]*(#|--)[ \t]+/) && !hashed) {
		text = substr($0, RLENGTH + 1)
	}
	hashed = $0 ~ /^[ \t]*(#|--)/
	sub(/^@brief +/, "", text)
	if (text ~ /^(What|Whether|Who|Whose|Of|what|whether|who|whose|of)([ ,]|$)/)
		print FILENAME ":" FNR ":" $0
}' <"$work/files" >"$work/found"
check "no comment begins with what, whether, who or of"

echo "1..$count"
exit $failed
