#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The header and the table agree on 32-bit machines too, where size_t is not uint64_t and alignment
# differs; no option struct has padding at its end; and every source file defines what the header
# declares. The compiler only checks the syntax, so no library for the other machine is needed.

. "${abs_top_srcdir-.}/tests/abi/script.sh"

flags="-std=gnu11 -Wall -Wextra -Werror -fsyntax-only -I$source/include -I$source/src"

# ---- the table: abi.c has an assertion for every row ----

narrow=0
# machine NAME COMPILER...: checks with a compiler for another machine, if it exists.
machine()
{
	target=$1
	shift
	printf '#include <stdint.h>\n' >"$work/probe.c"
	"$@" -ffreestanding -fsyntax-only "$work/probe.c" 2>/dev/null || return 0
	printf '_Static_assert(sizeof(void *) == 4, "");\n' >>"$work/probe.c"
	"$@" -ffreestanding -fsyntax-only "$work/probe.c" 2>/dev/null && narrow=$((narrow + 1))
	# shellcheck disable=SC2086  # words
	check "header and table on $target" "$@" -ffreestanding $flags "$source/src/abi/abi.c"
}
machine "this machine, without its library" $CC
machine "this machine, 32 bit" $CC -m32
if command -v clang >/dev/null; then
	for target in i686-linux-gnu armv7-linux-gnueabihf mips-linux-gnu powerpc-linux-gnu \
		riscv32-linux-gnu aarch64-linux-gnu s390x-linux-gnu riscv64-linux-gnu; do
		machine "$target" clang -target $target
	done
fi
[ $narrow -gt 0 ] || skip "no compiler here makes 32-bit programs"

# Checks that the assertions can fail: notices WHAT MESSAGE FLAG... compiles the header changed by the
# sed script $odd and the table changed by $odd_table, and expects this message.
mkdir -p "$work/odd/abi"
notices()
{
	what=$1 message=$2
	shift 2
	sed "$odd" "$header" >"$work/odd/cgswap.h"
	sed "${odd_table-}" "$table" >"$work/odd/abi/abi.def"
	cp "$source/src/abi/abi.c" "$work/odd/abi"
	# shellcheck disable=SC2086  # words
	$CC "$@" -ffreestanding -std=gnu11 -fsyntax-only -I"$work/odd" \
		"$work/odd/abi/abi.c" >"$work/said" 2>&1
	check "noticed: $what" grep "$message" "$work/said"
}
odd='s/^\(	uint32_t reserved;\).*/\1 char odd;/'
notices "a field that the table does not have" "cgswap_detach_opts has other fields"
odd_table='s/^END_STRUCT(cgswap_detach_opts, reserved)/FIELD(cgswap_detach_opts, char, odd)\
END_STRUCT(cgswap_detach_opts, odd)/'
notices "a struct that is padded at its end" "cgswap_detach_opts is padded at its end"
odd_table=
odd='s/ = -6,/ = -60,/'
notices "a constant of another number" "CGSWAP_E_NOT_ATTACHED is not -6"
odd='s/^\(CGSWAP_API \)size_t\( cgswap_chain_get_length\)/\1uint64_t\2/'
if $CC -m32 -ffreestanding -fsyntax-only "$work/probe.c" 2>/dev/null; then
	notices "uint64_t in place of size_t" "cgswap_chain_get_length() has another declaration" -m32
else
	skip "$CC makes no 32-bit programs"
fi

# ---- the types that the text uses ----

# No type has a size that differs between 64-bit systems, except size_t.
has_long()
{
	! grep -nwE 'long|short|double|float|off_t|time_t|ssize_t|intptr_t|uintptr_t' "$work/text"
}
check "no type without a fixed size" has_long

# ---- the sources ----

# glibc's headers serve both machines; only its list of stubs is missing for the other one.
mkdir -p "$work/include/gnu"
: >"$work/include/gnu/stubs-32.h"
multiarch=/usr/include/$($CC -print-multiarch 2>/dev/null)
libraries="$(setting LIBBPF_CFLAGS) $(setting LIBELF_CFLAGS)"
wide="-m32 -include config.h -idirafter $multiarch -isystem $work/include $libraries"
echo '#include <stdio.h>' >"$work/probe.c"
# shellcheck disable=SC2086  # words
if $CC $wide -fsyntax-only "$work/probe.c" 2>/dev/null; then
	for file in "$source"/src/*/*.c; do
		check "32 bit: ${file##*/}" $CC $wide -Wformat=2 -fvisibility=hidden $flags "$file"
	done
else
	skip "$CC cannot check the sources for 32 bit"
fi
finish
