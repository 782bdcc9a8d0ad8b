# SPDX-License-Identifier: BSD-2-Clause
#
# Inserts the causes into a man page: `awk -f causes.awk causes.def PAGE.in`. It is POSIX awk and
# needs no compiled program, so that it also works in a cross build.

# Escapes text that mdoc would read as markup.
function plain(text)
{
	gsub(/\\/, "\\e", text)
	if (text ~ /^[.']/)
		text = "\\&" text
	return text
}

# Begins a line for each sentence, and wraps long lines.
function fold(text,	words, count, i, line, out)
{
	count = split(text, words, " ")
	for (i = 1; i <= count; i++) {
		if (line != "" && (length(line) + length(words[i]) > 76 || line ~ /\.$/)) {
			out = out line "\n"
			line = ""
		}
		line = line (line == "" ? "" : " ") words[i]
	}
	return out line
}

# Text with typographic quotes around a `command`.
function prose(text)
{
	while (match(text, /`[^`]*`/))
		text = substr(text, 1, RSTART - 1) "\001" substr(text, RSTART + 1, RLENGTH - 2) \
		       "\002" substr(text, RSTART + RLENGTH)
	text = plain(fold(text))
	gsub(/\001/, "\\(oq", text)
	gsub(/\002/, "\\(cq", text)
	return text
}

# Literal text: no word is broken, a hyphen is a minus, quotes are straight.
function exact(text)
{
	text = plain(text)
	gsub(/-/, "\\-", text)
	gsub(/'/, "\\(aq", text)
	gsub(/"/, "\\(dq", text)
	gsub(/[^ ]+/, "\\%&", text)
	return text
}

function fail(message)
{
	print "causes.awk: " message | "cat >&2"
	failed = 1
	exit 1
}

# Splits CAUSE(...) into its names and strings; adjacent strings are joined.
function split_cause(text, part,	count, piece)
{
	count = 1
	part[1] = ""
	while (text != "") {
		if (match(text, /^"([^"\\]|\\.)*"/)) {
			piece = substr(text, 2, RLENGTH - 2)
			gsub(/\\n/, "\n", piece)
			gsub(/\\"/, "\"", piece)
			part[count] = part[count] piece
		} else if (match(text, /^,/)) {
			part[++count] = ""
		} else if (match(text, /^[A-Za-z0-9_]+/)) {
			part[count] = substr(text, 1, RLENGTH)
		} else if (!match(text, /^[ \t\n]+/)) {
			fail("cannot read: " substr(text, 1, 40))
		}
		text = substr(text, RLENGTH + 1)
	}
	return count
}

function status(name, errnos,	list, count, i, out)
{
	out = "Status\n.Li " name
	if (errnos == "")
		return out " ."
	if (errnos == "any")
		return out " ;\nthe kernel may return any\n.Va errno ."
	out = out " ;\nthe kernel returns"
	count = split(errnos, list, " ")
	for (i = 1; i <= count; i++)
		out = out (i == 1 ? "" : "\nor") "\n.Er " list[i]
	return out " ."
}

function page_of(text,	part, lines)
{
	if (split_cause(text, part) != 7)
		fail("expected seven parts: CAUSE(" substr(text, 1, 40))
	split(part[7], lines, "\n")
	return ".It Sy " part[2] "\n" prose(part[5]) "\n.br\n" status(tolower(part[3]), part[4]) \
	       "\n.br\n" prose("Remedy: " part[6] ".") "\n.Bd -ragged -offset 4n\n" \
	       exact(lines[1]) "\n.br\n" exact(lines[2]) "\n.Ed\n"
}

FILENAME ~ /\.def$/ {
	if (/^CAUSE\(/)
		cause = "\n"
	if (cause != "")
		cause = cause $0 "\n"
	if (cause != "" && /\)$/) {
		sub(/^\nCAUSE\(/, "", cause)
		sub(/\)\n$/, "", cause)
		causes = causes page_of(cause)
		cause = ""
	}
	next
}

/^@CAUSES@$/ {
	printf "%s", causes
	next
}

{
	print
}

END {
	if (!failed && (cause != "" || causes == ""))
		fail("incomplete or missing causes")
}
