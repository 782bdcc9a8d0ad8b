#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fetch.sh DIRECTORY KERNEL...: puts each kernel into the directory as NAME.kernel, and these names into
# its file `list`. A kernel is the path of a bootable image, or a series (6.12), for which the newest
# package of apt is downloaded unless the directory has it already.
set -eu

directory=$1
shift

die() {
	echo "check-kernels: $*" >&2
	exit 1
}

have() {
	command -v "$1" >/dev/null
}

# newest SERIES: prints the package of Debian's kernel for virtual machines, signed or not.
newest() {
	pattern="^linux-image-$(echo "$1" | sed 's/\./\\./g')\.[^ ]*-cloud-amd64(-unsigned)?\$"
	apt-cache pkgnames "linux-image-$1." | grep -E "$pattern" | sort -V | tail -n 1
}

# download SERIES INTO: downloads its package; if that fails, once more after apt-get update.
download() {
	package=$(newest "$1")
	if [ -n "$package" ] && (cd "$2" && apt-get -qq download "$package"); then
		return 0
	fi
	[ "$(id -u)" -eq 0 ] && apt-get -qq update
	package=$(newest "$1")
	[ -n "$package" ] && (cd "$2" && apt-get -qq download "$package")
}

fetch() {
	have apt-get && have apt-cache && have dpkg ||
		die "cannot fetch linux $1 without apt-get: make check-kernels KERNELS='/path/of/vmlinuz ...'"
	work=$(mktemp -d)
	chmod 755 "$work"
	trap 'rm -rf "$work"' EXIT
	echo "check-kernels: fetching linux $1"
	# a download by root makes apt warn that its own user cannot write there
	download "$1" "$work" 2>"$work/said" || {
		cat "$work/said" >&2
		die "apt-get cannot download a package linux-image-$1.*-cloud-amd64;" \
			"other kernels: make check-kernels KERNELS='/path/of/vmlinuz ...'"
	}
	dpkg -x "$work"/linux-image-*.deb "$work/root"
	cp "$work"/root/boot/vmlinuz-* "$2.new"
	mv "$2.new" "$2"
	rm -rf "$work"
	trap - EXIT
}

mkdir -p "$directory"
: >"$directory/list"
for kernel in "$@"; do
	case $kernel in
	/*)
		[ -r "$kernel" ] || die "cannot read $kernel"
		name=$(basename "$kernel").kernel
		ln -sf "$kernel" "$directory/$name"
		;;
	[0-9]*.[0-9]*)
		name=$kernel.kernel
		[ -s "$directory/$name" ] || fetch "$kernel" "$directory/$name"
		;;
	*)
		die "not the path of a kernel and not a series: $kernel"
		;;
	esac
	echo "$directory/$name" >>"$directory/list"
done
