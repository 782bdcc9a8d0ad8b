#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fetch.sh DIRECTORY KERNEL...: has each kernel in the directory as NAME.kernel, and these names in
# its file `list`. A kernel is the path of a bootable image, or a series (6.12), of which the newest
# of apt's packages is taken; one that is there already is taken as it is.
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

# newest SERIES: the package of Debian's kernel for virtual machines. Signed or not, it is the same.
newest() {
	pattern="^linux-image-$(echo "$1" | sed 's/\./\\./g')\.[^ ]*-cloud-amd64(-unsigned)?\$"
	apt-cache pkgnames "linux-image-$1." | grep -E "$pattern" | sort -V | tail -n 1
}

# download SERIES INTO: its package, once more with fresh lists when it is not to be had.
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
		die "no apt-get here to fetch linux $1 by: make check-kernels KERNELS='/path/of/vmlinuz ...'"
	work=$(mktemp -d)
	chmod 755 "$work"
	trap 'rm -rf "$work"' EXIT
	echo "check-kernels: fetching linux $1"
	# apt says on every download by root that its own user may not write there
	download "$1" "$work" 2>"$work/said" || {
		cat "$work/said" >&2
		die "no package linux-image-$1.*-cloud-amd64 could be fetched by apt-get;" \
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
		[ -r "$kernel" ] || die "$kernel cannot be read"
		name=$(basename "$kernel").kernel
		ln -sf "$kernel" "$directory/$name"
		;;
	[0-9]*.[0-9]*)
		name=$kernel.kernel
		[ -s "$directory/$name" ] || fetch "$kernel" "$directory/$name"
		;;
	*)
		die "neither the path of a kernel nor a series: $kernel"
		;;
	esac
	echo "$directory/$name" >>"$directory/list"
done
