# SPDX-License-Identifier: BSD-2-Clause
#
# Splits README into its code blocks. Each becomes a file in the folder `out`, and a line in the list on
# standard output:
#
#	run N LINE           commands, in N.sh; the next text block is their output, N.text
#	file N LINE NAME     a program, which its first line names; it is in the file NAME
#	elsewhere N LINE     commands that another test runs: those of Install, and ./quickstart
#	bad N LINE WHY

function finish() {
	close(path)
	if (kind == "sh" && (section == "Install" || quickstart)) {
		print "elsewhere", number, start
	} else if (kind == "sh") {
		print "run", number, start
	} else if (kind ~ /^(c|python|lua)$/) {
		if (name)
			print "file", number, start, name
		else
			print "bad", number, start, "its first line names no file"
	} else if (kind != "text") {
		print "bad", number, start, "a block of the kind '" kind "'"
	} else if (!follows) {
		print "bad", number, start, "output without a command"
	}
}

# The name in the comment that a program begins with.
function file_name(line) {
	if (line !~ /^(\/\*|#|--) [a-z]+\.(c|py|lua)( \*\/)?$/)
		return ""
	split(line, words, " ")
	return words[2]
}

!inside && /^---+$/ { section = previous }
!inside && /^    [^ ]/ { print "bad", number, FNR, "code that is not in a fenced block" }
!inside && /^```/ {
	inside = 1
	kind = substr($0, 4)
	start = FNR
	follows = kind == "text" && last == "sh"
	quickstart = 0
	name = ""
	if (!follows)
		number++
	path = out "/" number "." kind
	printf "" >path
	next
}
inside && /^```$/ {
	inside = 0
	finish()
	last = kind
	next
}
inside {
	if (FNR == start + 1 && kind ~ /^(c|python|lua)$/ && (name = file_name($0))) {
		close(path)
		path = out "/" name
		printf "" >path
	}
	if (/^\.\/quickstart/)
		quickstart = 1
	print >path
}
!inside { previous = $0 }
