# SPDX-License-Identifier: BSD-2-Clause
#
# Makes one TAP stream of the output of quickstart in a tree, and of its tests. -v allowed is the list of
# tests that may be skipped there.

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

# Counts a line of the automake log: "RESULT: tests/NAME NUMBER - TEXT".
function count(line,    test, passed)
{
	passed = line ~ /^X?PASS: / ? line !~ /^X/ : line ~ /^XFAIL: /
	test = $2
	sub(/^tests\//, "", test)
	if (line ~ /^SKIP: /)
		return skipped(test, line)
	ran++
	sub(/^[A-Z]+: [^ ]+ ([0-9]+ - )?/, "", line)
	say(passed, test ": " line)
}

BEGIN { read_allowed() }

results && /^(PASS|FAIL|XPASS|XFAIL|SKIP|ERROR): / { count($0) }
results { next }
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
