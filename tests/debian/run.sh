#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh SUITE[-ARCHITECTURE].tree: runs ./quickstart and `./quickstart check` on a fresh copy of the
# source in a tree of this Debian, and prints all results as TAP. A new tree is minimal; quickstart
# installs what is missing. The tree stays for the next run.
set -uo pipefail

scripts=$abs_top_srcdir/tests/debian
tree=$abs_top_builddir/${1%.tree}
name=${tree##*/}
suite=${name%%-*}
machine=$(dpkg --print-architecture 2>/dev/null)
architecture=${name#"$suite"}
architecture=${architecture#-}
: "${architecture:=$machine}"
source=/srv/libcgswap
log=$tree.check

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

# Prints the mirror of Debian from which apt of this machine installs.
mirror() {
	apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Identifier: Packages' |
		sed -n 's/^Debian //p' | head -n 1
}

make_tree() {
	local from
	from=$(mirror)
	[ -n "$from" ] || skip "apt has no list of Debian's packages (apt-get update)"
	rm -rf "$tree" "$tree.new"
	# in a namespace, because debootstrap mounts /proc in the tree
	setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child=KILL \
		debootstrap --variant=minbase --arch="$architecture" \
		"$suite" "$tree.new" "$from" >"$tree.made" 2>&1 </dev/null &&
		mv "$tree.new" "$tree"
}

# Prints the files of the source, with a NUL after each: those that git has or would add.
list_source() {
	git -c safe.directory='*' -C "$abs_top_srcdir" \
		ls-files -z --cached --others --exclude-standard
}

copy_source() {
	local to=$tree$source
	rm -rf "$to"
	if [ -e "$abs_top_srcdir/.git" ]; then
		mkdir -p "$to" || return
		list_source | tar -C "$abs_top_srcdir" --null --files-from=- --ignore-failed-read -c |
			tar -C "$to" -x || return
		# warnings are errors, as in every checkout
		mkdir "$to/.git"
	else
		"${MAKE:-make}" -s -C "$abs_top_builddir" distdir distdir="${to#"$abs_top_builddir"/}"
	fi
}

# inside COMMAND...: runs a command in the tree, which believes that it is on its own architecture.
inside() {
	setarch "$kind" bash "$scripts/enter.sh" "$tree" "$@" </dev/null
}

# ---- is this possible here? ----

[ "$(id -u)" -eq 0 ] || skip "needs root"
for tool in apt-get debootstrap pivot_root setarch setpriv tar unshare; do
	command -v "$tool" >/dev/null ||
		skip "$tool is missing (Debian packages debootstrap and util-linux)"
done
case $machine/$architecture in
amd64/i386) kind=i686 ;;
"$machine/$machine") kind=$(uname -m) ;;
*) skip "$machine runs no programs of $architecture" ;;
esac
unshare --mount true 2>/dev/null || skip "this process cannot make a mount namespace"

if [ ! -d "$tree" ] && ! make_tree; then
	sed 's/^/# /' "$tree.made"
	skip "debootstrap cannot make a tree of $suite for $architecture"
fi
if ! copy_source; then
	echo "Bail out! cannot copy the source"
	exit 1
fi

# ---- run it ----

# shellcheck disable=SC2016  # expanded inside
inside sh -c '
	cd "$1" || exit
	dpkg --configure -a # an earlier run may have been interrupted
	echo "begin ./quickstart"
	./quickstart 2>&1 && echo "end 0" || echo "end $?"
	dpkg-query -W -f "\${Package} \${Version}\n" \
		clang gcc libbpf-dev libelf-dev python3-dev swig
	echo "begin ./quickstart check"
	./quickstart check 2>&1 && echo "end 0" || echo "end $?"
	echo "results"
	cat build/check.log
' sh "$source" >"$log"
"${AWK:-awk}" -v allowed="$scripts/$name.txt" -f "$scripts/report.awk" "$log"
