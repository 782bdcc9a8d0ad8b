# SPDX-License-Identifier: BSD-2-Clause
#
# Makes one stream of TAP of the output of a guest. Files: the list of its tests, and what was said; in
# the directory -v src is what each kernel lacks; -v patience is a test's time, in seconds.

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

# Lines of "NAME  REGEX": what this kernel lacks, so that the test must be skipped there.
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
		say(0, test ": came to no end, with status " status)
	else if (!status != !failed)
		say(0, test ": exit status " status)
	ended[test] = 1
	test = ""
}

# "kernel RELEASE VERSION": what uname tells. A release of Debian's says less than the version.
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
$1 == "complaint" { say(0, "the kernel has nothing to complain of: " substr($0, 11)); next }
test != "" && index($0, test ": ") == 1 { hear(substr($0, length(test) + 3)); next }
{ remark($0) }

END {
	if (test != "")
		say(0, test ": the guest ended meanwhile")
	else if (!done)
		say(0, "came to its end")
	for (i = 1; i <= count; i++)
		if (done && !(order[i] in ended))
			say(0, order[i] ": never ran")
	print "1.." total + 0
}
