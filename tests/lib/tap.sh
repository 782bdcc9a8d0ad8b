# SPDX-License-Identifier: BSD-2-Clause
#
# TAP for test scripts. $work is a temporary directory of the script that sources this.

number=0
failed=0

# check NAME COMMAND...: prints one line of TAP; after a failure also the command's output.
check()
{
	number=$((number + 1))
	name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$work/log"
		failed=1
	fi
}

# skip_check NAME REASON: skips one check.
skip_check()
{
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# finish: prints the plan and ends the script.
finish()
{
	echo "1..$number"
	exit $failed
}
