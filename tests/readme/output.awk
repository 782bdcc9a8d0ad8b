# SPDX-License-Identifier: BSD-2-Clause
#
# output.awk EXPECTED FOUND: compares the output of a block of README with the one that is printed there.
# Columns may be wider, and ids, tags and times differ. A line `...` stands for any number of lines.
# Prints the first difference.

# The pattern of a word of README.
function pattern(word) {
	gsub(/[][.*+?^$(){}|\\]/, "[&]", word)
	gsub(/\[\^\]/, "\\^", word)
	if (word ~ /^[0-9]+-[0-9]+-[0-9]+T/)
		return "[0-9]+-[0-9]+-[0-9]+T[0-9:]+Z"
	if (length(word) == 16 && word ~ /^[0-9a-f]+$/)
		return "[0-9a-f]+"
	gsub(/[0-9][0-9]+/, "[0-9]+", word)
	return word
}

function fits(wanted, line,    count, i, words, found) {
	count = split(wanted, words)
	if (split(line, found) != count)
		return 0
	for (i = 1; i <= count; i++)
		if (found[i] !~ "^" pattern(words[i]) "$")
			return 0
	return 1
}

FNR == NR { expected[++wanted] = $0; next }
{ lines[++printed] = $0 }

END {
	at = 1
	for (i = 1; i <= wanted; i++) {
		if (expected[i] == "...") {
			while (at <= printed && !(i < wanted && fits(expected[i + 1], lines[at])))
				at++
			continue
		}
		if (at > printed) {
			print "README: " expected[i] "\nfound:  nothing"
			exit 1
		}
		if (!fits(expected[i], lines[at])) {
			print "README: " expected[i] "\nfound:  " lines[at]
			exit 1
		}
		at++
	}
	if (at <= printed) {
		print "README: nothing\nfound:  " lines[at]
		exit 1
	}
}
