#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# In bash, zsh and fish, the Tab key completes commands, options, their values, attach types, entries of
# the chain that was named (of the simulated kernel), programs of an object, and cgroups. bash and zsh run
# in tmux, where keys are typed; fish has a command that lists the candidates.
set -u

build=$abs_top_builddir
source=$abs_top_srcdir
work=$(mktemp -d) || exit 99
socket=cgswap-keys-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
unset TMUX
PATH=$build/tools:$PATH
LC_ALL=C.UTF-8
export PATH LC_ALL

. "$source/tests/lib/tap.sh"

# begin COMMAND: starts a shell in tmux, and waits for its prompt.
begin()
{
	tmux -L "$socket" -u -f /dev/null new-session -d -x 200 -y 30 -c "$build" "$1" || return
	await 'READY>'
}

screen()
{
	# zsh quotes the sign before the name of a program
	tmux -L "$socket" capture-pane -p | tr -d '\\'
}

# await LINE: waits until it is on the screen.
await()
{
	waited=0
	# tmux cuts off blanks at the end of lines
	until screen | grep -qxF -- "$1"; do
		sleep 0.1
		waited=$((waited + 1))
		if [ $waited -gt 50 ]; then
			screen | grep .
			return 1
		fi
	done
}

# typed LINE WANTED: types the line and Tab on a line of its own, and expects WANTED on the screen.
typed()
{
	tmux -L "$socket" send-keys C-u C-l
	sleep 0.3
	tmux -L "$socket" send-keys -l "$1"
	tmux -L "$socket" send-keys Tab
	await "READY> ${2% }"
}

# shell_completes SHELL FUNCTION: runs the same cases; FUNCTION takes a line and the line that Tab makes.
shell_completes()
{
	check "$1: a command" "$2" 'cgswap repl' 'cgswap replace '
	check "$1: an option" "$2" 'cgswap replace --dra' 'cgswap replace --drain '
	check "$1: the value of an option" "$2" 'cgswap attach --mode ov' 'cgswap attach --mode override '
	check "$1: an attach type" "$2" 'cgswap show web ingr' 'cgswap show web ingress '
	check "$1: another spelling of one" "$2" 'cgswap show web cgroup_inet_egr' \
		'cgswap show web cgroup_inet_egress '
	check "$1: an entry" "$2" 'cgswap --kernel model detach web.slice egress cou' \
		'cgswap --kernel model detach web.slice egress count '
	check "$1: a cause" "$2" 'cgswap explain chain_fu' 'cgswap explain chain_full '
	check "$1: a file" "$2" 'cgswap inspect config.stat' 'cgswap inspect config.status '
	check "$1: an object" "$2" 'cgswap attach web config.stat' 'cgswap attach web config.status '
	if [ -e "$build/examples/swap_under_traffic.bpf.o" ]; then
		check "$1: a program of an object" "$2" \
			'cgswap attach web egress examples/swap_under_traffic.bpf.o#hist' \
			'cgswap attach web egress examples/swap_under_traffic.bpf.o#histogram '
		check "$1: a program to leave out" "$2" \
			'cgswap attach web examples/swap_under_traffic.bpf.o --skip hist' \
			'cgswap attach web examples/swap_under_traffic.bpf.o --skip histogram '
		check "$1: a program of an object after obj:" "$2" \
			'cgswap attach web obj:examples/swap_under_traffic.bpf.o --only hist' \
			'cgswap attach web obj:examples/swap_under_traffic.bpf.o --only histogram '
	else
		skip_check "$1: programs of an object" 'there are no BPF objects'
	fi
	check "$1: a type after --cgroup" "$2" 'cgswap replace --cgroup web.slice egr' \
		'cgswap replace --cgroup web.slice egress '
	check "$1: an entry after --cgroup" "$2" \
		'cgswap --kernel model replace --cgroup web.slice egress cou' \
		'cgswap --kernel model replace --cgroup web.slice egress count '
	if [ -n "$cgroup" ]; then
		check "$1: a cgroup of an option" "$2" "cgswap replace --cgroup ${cgroup%?????}" \
			"cgswap replace --cgroup $cgroup "
		check "$1: a cgroup" "$2" "cgswap show ${cgroup%?????}" "cgswap show $cgroup "
	else
		skip_check "$1: a cgroup" 'cgroups cannot be made here'
	fi
}

mount=$(awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup2") { print $5; exit } }' \
	/proc/self/mountinfo)
cgroup=cgswap-test-$$-$(stat -L -c %i /proc/self/ns/pid)-tab
mkdir "$mount/$cgroup" 2>/dev/null || cgroup=

bash=$(command -v bash)
if [ -n "$bash" ] && command -v tmux >/dev/null; then
	{
		echo 'PS1="READY> "'
		echo '[ ! -e /usr/share/bash-completion/bash_completion ] ||'
		echo '	. /usr/share/bash-completion/bash_completion'
		echo ". '$source/tools/completions/bash/cgswap'"
	} >"$work/bashrc"
	check 'bash starts' begin "bash --rcfile '$work/bashrc' -i"
	shell_completes bash typed
	tmux -L "$socket" kill-server
else
	skip_check 'bash' 'bash or tmux is missing'
fi

if command -v zsh >/dev/null && command -v tmux >/dev/null; then
	# the other server may still be ending
	socket=$socket-zsh
	{
		echo 'PS1="READY> "'
		echo "fpath=('$source/tools/completions/zsh' \$fpath)"
		echo 'autoload -Uz compinit'
		echo "compinit -u -d '$work/zcompdump'"
	} >"$work/.zshrc"
	check 'zsh starts' begin "env ZDOTDIR='$work' zsh -i"
	shell_completes zsh typed
	tmux -L "$socket" kill-server
else
	skip_check 'zsh' 'zsh or tmux is missing (Debian packages zsh tmux)'
fi

# listed LINE WANTED: fish lists the last word of WANTED as a candidate for LINE.
listed()
{
	(
		cd "$build" || exit
		HOME=$work fish --private --no-config -c \
			"source '$source/tools/completions/fish/cgswap.fish'; complete -C '$1'"
	) >"$work/fish" 2>&1
	cat "$work/fish"
	wanted=${2% }
	cut -f 1 "$work/fish" | grep -qF -- "${wanted##* }"
}
if command -v fish >/dev/null; then
	shell_completes fish listed
else
	skip_check 'fish' 'fish is missing (Debian package fish)'
fi
# nothing OPTION: it has no candidates, and no files.
nothing()
{
	candidates=$(cgswap complete replace "$1" '' 2>&1)
	echo "$candidates"
	[ -z "$candidates" ]
}
check 'a number is not completed' nothing --canary
check 'nor is a time' nothing --soak
check 'a program to choose is not a file' nothing --only
[ -z "$cgroup" ] || rmdir "$mount/$cgroup"
finish
