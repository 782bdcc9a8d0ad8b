#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The output for people: in a pipe, on terminals of 40, 80 and 120 columns (of tmux), on a
# dumb one, with NO_COLOR, and in two locales. The simulated kernel prints the same everywhere, so that
# whole screens are compared with the files in golden/. `GOLDEN=update` writes these files: read them.
set -u

build=$abs_top_builddir
golden=$abs_top_srcdir/tests/command/golden
cgswap=$build/tools/cgswap
work=$(mktemp -d) || exit 99
socket=cgswap-look-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
unset NO_COLOR COLUMNS TMUX
LC_ALL=C.UTF-8
export LC_ALL

. "$abs_top_srcdir/tests/lib/tap.sh"

# same NAME: compares a file in $work with the one in golden/.
same()
{
	test "${GOLDEN-}" != update || cp "$work/$1" "$golden/$1"
	diff "$golden/$1" "$work/$1"
}

# on_terminal NAME COLUMNS ENVIRONMENT WORD...: runs the command in tmux. Writes the screen to
# $work/NAME.txt; ENVIRONMENT holds assignments, without which TERM is xterm-256color.
on_terminal()
{
	screen=$work/$1.txt
	columns=$2
	environment=$3
	shift 3
	{
		echo 'printf "\033[H\033[2J"'
		echo "env TERM=xterm-256color $environment '$cgswap' --kernel model $* 2>/dev/null"
		echo "touch '$work/done'"
		echo 'exec sleep 60'
	} >"$work/run.sh"
	rm -f "$work/done"
	tmux -L "$socket" -u -f /dev/null new-session -d -x "$columns" -y 120 "sh '$work/run.sh'" \
		';' set-option -g status off || return
	waited=0
	while [ ! -e "$work/done" ]; do
		sleep 0.05
		waited=$((waited + 1))
		[ $waited -lt 400 ] || return
	done
	sleep 0.2
	tmux -L "$socket" capture-pane -p -e | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$screen"
	tmux -L "$socket" kill-server
}

# on_pipe NAME WORD...: writes what the command prints to $work/NAME.txt.
on_pipe()
{
	piped=$work/$1.txt
	shift
	"$cgswap" --kernel model "$@" >"$piped" 2>/dev/null
}

# fits NAME COLUMNS: no line is wider, but those with a path.
fits()
{
	sed 's/\x1b\[[0-9;]*m//g' "$work/$1.txt" | awk -v columns="$2" '
		length($0) > columns && !/^\// { print length($0) ": " $0; bad = 1 }
		END { exit bad }'
}

has_no_escapes()
{
	! grep -q "$(printf '\033')" "$work/$1.txt"
}

for words in 'tree' 'show system.slice ingress' 'types' 'help replace' 'explain not_attached'; do
	look=${words%% *}-pipe
	# shellcheck disable=SC2086  # a list of words
	on_pipe "$look" $words
	check "$words in a pipe" same "$look.txt"
	check "$words in a pipe has no escape sequences" has_no_escapes "$look"
done
on_pipe show-effective-pipe show web.slice/app.service --effective
check 'show --effective in a pipe' same show-effective-pipe.txt

if command -v tmux >/dev/null; then
	for columns in 40 80 120; do
		for words in 'tree' 'show system.slice ingress' 'types' 'explain not_attached'; do
			look=${words%% *}-$columns
			on_terminal "$look" $columns '' "$words"
			check "$words at $columns columns" same "$look.txt"
			check "$words fits $columns columns" fits "$look" $columns
		done
	done
	on_terminal tree-dumb 80 TERM=dumb tree
	check 'tree on a dumb terminal' same tree-dumb.txt
	check 'it has no escape sequences' has_no_escapes tree-dumb
	on_terminal tree-no-color 80 NO_COLOR=1 tree
	check 'tree with NO_COLOR' same tree-no-color.txt
	check 'it has no escape sequences' has_no_escapes tree-no-color
	on_terminal tree-c 80 LC_ALL=C tree
	check 'tree in the locale C' cmp "$work/tree-c.txt" "$work/tree-80.txt"
else
	skip_check 'terminals of 40, 80 and 120 columns' 'tmux is missing (Debian package tmux)'
fi

# ---- help -------------------------------------------------------------------------------------

# fits_screen COMMAND: its help has 24 lines of 80 columns at most, and an example.
fits_screen()
{
	"$cgswap" "$1" --help >"$work/help.txt" || return
	test "$(wc -l <"$work/help.txt")" -le 24 || return
	fits help 80 || return
	grep -q '^Example: cgswap ' "$work/help.txt"
}
for command in $("$cgswap" --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p'); do
	check "the help of $command fits a screen" fits_screen "$command"
done

# ---- names on the running kernel --------------------------------------------------------------

mount=$(awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup2") { print $5; exit } }' \
	/proc/self/mountinfo)
top=$mount/cgswap-test-$$-$(stat -L -c %i /proc/self/ns/pid)
object=$build/examples/counter.bpf.o
if [ "$(id -u)" -eq 0 ] && [ -e "$object" ] && mkdir "$top" 2>/dev/null &&
	"$cgswap" attach "$top" egress "$object" >/dev/null 2>&1; then
	digits=$(printf '%063d' 0)
	first=$top/docker-${digits}1.scope
	second=$top/docker-${digits}2.scope
	cafe=$top/$(printf 'caf\303\251')
	mkdir "$first" "$second" "$cafe"
	for cgroup in "$first" "$second" "$cafe"; do
		"$cgswap" attach "$cgroup" egress "$object" >/dev/null
	done
	"$cgswap" tree "$top" >"$work/names" 2>/dev/null
	LC_ALL=C "$cgswap" tree "$top" >"$work/names-c" 2>/dev/null
	check 'a name with 64 digits is shown' grep -qxF "$first" "$work/names"
	check 'so is one that differs in the last digit' grep -qxF "$second" "$work/names"
	check 'a character of UTF-8 is printed' grep -qxF "$cafe" "$work/names"
	check 'and escaped in the locale C' grep -qF 'caf\xc3\xa9' "$work/names-c"
	rmdir "$first" "$second" "$cafe" "$top"
else
	rmdir "$top" 2>/dev/null
	skip_check 'names of containers' 'programs cannot be attached here'
fi
finish
