# SPDX-License-Identifier: BSD-2-Clause
#
# Makes one TAP stream of the output of quickstart in a tree, and of its tests. -v allowed is the list
# of tests that may be skipped there.

function say(passed, text)
{
	printf "%sok %d - %s\n", passed ? "" : "not ", ++total, text
	bad += !passed
}

# Reads lines of "NAME  REGEX": tests that may be skipped in this tree, and for which reason.
function read_allowed(    line, name)
{
	while ((getline line <allowed) > 0) {
		if (line ~ /^#/ || line !~ /[^ ]/)
			continue
		name = line
		sub(/ .*/, "", name)
		sub(/^[^ ]* +/, "", line)
		reasons[name] = line
	}
	close(allowed)
}

function skipped(test, line)
{
	sub(/^.*# SKIP */, "", line)
	if (test in reasons && line ~ reasons[test])
		say(1, test ": " line ", as expected")
	else
		say(0, test ": skipped: " line)
}

# Counts "RESULT: tests/NAME NUMBER - TEXT".
function count(line,    word, test)
{
	split(line, word, " ")
	test = word[2]
	sub(/^tests\//, "", test)
	if (word[1] == "SKIP:")
		return skipped(test, line)
	ran++
	sub(/^[A-Z]+: [^ ]+ ([0-9]+ )?(- )?/, "", line)
	say(word[1] == "PASS:" || word[1] == "XFAIL:", test ": " line)
}

# Tests that run at the same time may end their lines late.
function count_all(line,    part, parts, i)
{
	gsub(/(PASS|FAIL|XPASS|XFAIL|SKIP|ERROR): tests\//, "\n&", line)
	parts = split(line, part, "\n")
	for (i = 2; i <= parts; i++)
		count(part[i])
}

BEGIN { read_allowed() }

results { count_all($0); next }
$1 == "begin" { command = substr($0, 7); next }
$1 == "end" && command == "./quickstart" {
	say($2 == "0" && kept, "./quickstart swaps a firewall and misses no packet")
	next
}
$1 == "end" && command == "./quickstart check" { status = $2; next }
$1 == "results" { results = 1; next }
/^replace +[0-9]+ +[0-9]+ +0 +0  kept$/ { kept = 1 }
{ print "# " $0 }

END {
	# a failed test has its own line
	say(ran && (status == "0" || bad), "./quickstart check builds and runs all tests")
	print "1.." total
}
