#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# boot.sh KERNEL: boots a kernel under qemu with an initrd only, runs the tests of kernels/tests there,
# and prints their results as TAP. Run in the build directory. The guest has the files that the tests
# need at the same paths.
set -uo pipefail

src=$abs_top_srcdir/tests/kernels
build=$abs_top_builddir
kernel=$1
work=${kernel%.kernel}.d

: "${KERNEL_PATIENCE:=1200}"     # time limit of a guest, in seconds
: "${KERNEL_TEST_PATIENCE:=180}" # time limit of a test in it

# put FILE TO: copies a file into the guest.
put() {
	mkdir -p "$work/root${2%/*}" && cp -L "$1" "$work/root$2"
}

# put_program FILE [TO]: copies a program and its shared libraries. For a program that is not installed,
# FILE is a script of libtool.
put_program() {
	local real=${1%/*}/.libs/${1##*/}
	[ -f "$real" ] || real=$1
	put "$real" "${2-$1}" || return
	LD_LIBRARY_PATH=$build/src/.libs ldd "$real" 2>/dev/null | grep -o '/[^ ]*' >>"$work/libraries"
	return 0
}

put_libraries() {
	local library
	sort -u "$work/libraries" | while read -r library; do
		case $library in
		"$build"/*) put "$library" "/lib/${library##*/}" ;;
		*) put "$library" "$library" ;;
		esac || return
	done
}

# Prints the tests of kernels/tests without those of stays_out.txt.
list_tests() {
	awk -v names="$src/stays_out.txt" '
		BEGIN { while ((getline <names) > 0) out["tests/" $1] }
		!($1 in out)' kernels/tests
}

pack() {
	local test file
	rm -rf "$work" && mkdir -p "$work/root/guest" "$work/root/"{proc,sys,dev} || return
	put_program "$BUSYBOX" /bin/busybox && put "$src/guest.sh" /init &&
		chmod +x "$work/root/init" && list_tests >"$work/tests" &&
		put "$work/tests" /guest/tests || return
	{
		echo "export abs_top_srcdir='$abs_top_srcdir'"
		echo "export abs_top_builddir='$abs_top_builddir'"
		echo "patience=$KERNEL_TEST_PATIENCE"
	} >"$work/root/guest/environment"
	while read -r test _; do put_program "$build/$test" || return; done <"$work/tests"
	put_program "$build/tools/cgswap" || return
	# the locale of tests that print UTF-8
	for file in /usr/lib/locale/C.utf8/*; do
		[ ! -f "$file" ] || put "$file" "$file" || return
	done
	while read -r file; do put "$file" "$file" || return; done <kernels/files
	put_libraries || return
	(cd "$work/root" && find . | "$BUSYBOX" cpio -o -H newc 2>/dev/null) >"$work/initrd" &&
		rm -rf "$work/root"
}

boot() {
	: >"$work/console"
	: >"$work/said"
	timeout -k 10 "$KERNEL_PATIENCE" "$QEMU" -accel tcg,thread=multi -cpu max -m 1500 -smp 2 \
		-nodefaults -no-user-config -display none -no-reboot \
		-serial "file:$work/console" -serial "file:$work/said" \
		-kernel "$kernel" -initrd "$work/initrd" \
		-append "console=ttyS0 panic=-1 loglevel=5 mitigations=off" >"$work/qemu" 2>&1 </dev/null
}

# Boots again if the kernel crashes before its first program: under an emulator with several threads
# it may, while it patches its own code. What the tests do there is never repeated.
boot_patiently() {
	local try
	for try in 1 2 3; do
		boot
		status=$?
		[ ! -s "$work/said" ] || return 0
		echo "# attempt $try: the guest ran no program (qemu ended with status $status)"
	done
}

# Prints the kernel's warnings. Any of them fails the test.
complains() {
	grep -aE 'Kernel panic|kernel BUG|Oops|WARNING: CPU|general protection|Out of memory' \
		"$work/console"
}

if ! pack; then
	echo "Bail out! cannot make the guest's initrd"
	exit 1
fi
boot_patiently
{
	cat "$work/said"
	[ $status -ne 124 ] || echo "qemu did not end in $KERNEL_PATIENCE s"
	[ $status -eq 0 ] || echo "qemu ended with status $status"
	complains | sed 's/^/complaint /'
} >"$work/all"
"${AWK:-awk}" -v src="$src" -v patience="$KERNEL_TEST_PATIENCE" -f "$src/report.awk" \
	"$work/tests" "$work/all" >"$work/tap"
cat "$work/tap"
if grep -q '^not ok' "$work/tap"; then
	echo "# The end of the console:"
	tail -n 40 "$work/console" | tr -d '\r' | sed 's/^/# /'
	[ ! -s "$work/qemu" ] || sed 's/^/# qemu: /' "$work/qemu"
fi
rm -f "$work/initrd"
