# SPDX-License-Identifier: BSD-2-Clause
#
# Makes one TAP stream of the output of a guest. Files: the list of its tests and the output; -v src is
# the directory of the lists of skipped tests; -v patience is a test's time limit in seconds.

function say(passed, text)
{
	printf "%sok %d - %s %s\n", passed ? "" : "not ", ++total, kernel, text
	bad += !passed
}

function remark(text)
{
	gsub(/\n/, "\n# ", text)
	print "# " text
}

# Reads lines of "NAME  REGEX": tests that may be skipped on this kernel.
function read_lacks(file,    line, name)
{
	while ((getline line <file) > 0) {
		if (line ~ /^#/ || line !~ /[^ ]/)
			continue
		name = line
		sub(/ .*/, "", name)
		sub(/^[^ ]* +/, "", line)
		lacks[name] = line
	}
	close(file)
}

function told_to_skip(reason)
{
	sub(/^.*# SKIP */, "", reason)
	if (test in lacks && reason ~ lacks[test])
		say(1, test ": " reason ", as expected")
	else
		say(0, test ": skipped: " reason)
}

function check(line,    passed)
{
	made++
	passed = line !~ /^not /
	if (line ~ /# SKIP/)
		return told_to_skip(line)
	sub(/^(not )?ok [0-9]+( - )?/, "", line)
	failed += !passed
	say(passed, test ": " line)
}

function hear(line)
{
	if (line ~ /^(not )?ok /) {
		check(line)
	} else if (line ~ /^1\.\.0 # SKIP/) {
		planned = 0
		told_to_skip(line)
	} else if (line ~ /^1\.\.[0-9]+$/) {
		planned = substr(line, 4) + 0
	} else if (line ~ /^Bail out!/) {
		failed++
		say(0, test ": " line)
	} else {
		remark(test ": " line)
	}
}

function finish(status)
{
	if (status == 137)
		say(0, test ": still running after " patience " s")
	else if (planned != made && !(planned < 0 && failed))
		say(0, test ": did not finish, with status " status)
	else if (!status != !failed)
		say(0, test ": exit status " status)
	ended[test] = 1
	test = ""
}

# "kernel RELEASE VERSION", from uname. Debian's release is less precise than its version.
function meet(line,    part)
{
	split($2, part, ".")
	read_lacks(src "/" part[1] "." part[2] ".txt")
	kernel = $2
	if (match(line, /Debian [0-9.]+/))
		kernel = substr(line, RSTART + 7, RLENGTH - 7)
	remark("Linux " substr(line, 8))
}

BEGIN { kernel = "the guest" }

FNR == NR {
	sub(/^tests\//, "", $1)
	order[++count] = $1
	next
}

{ sub(/\r$/, "") }
$1 == "kernel" { meet($0); next }
$1 == "begin" && NF == 2 {
	test = $2
	made = failed = 0
	planned = -1
	next
}
$1 == "end" && $2 == test { finish($3 + 0); next }
$0 == "done" { done = 1; next }
$1 == "complaint" { say(0, "the kernel prints no warning: " substr($0, 11)); next }
test != "" && index($0, test ": ") == 1 { hear(substr($0, length(test) + 3)); next }
{ remark($0) }

END {
	if (test != "")
		say(0, test ": the guest ended during it")
	else if (!done)
		say(0, "the guest finished")
	for (i = 1; i <= count; i++)
		if (done && !(order[i] in ended))
			say(0, order[i] ": did not run")
	print "1.." total + 0
}
