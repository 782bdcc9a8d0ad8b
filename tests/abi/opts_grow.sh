#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Option structs can grow: a library in which each of them has one field more takes what a program
# that was built before passes.

. "${abs_top_srcdir-.}/tests/abi/script.sh"

program=tests/abi/.libs/opts_all
[ -x "$program" ] || program=tests/abi/opts_all
core=src/.libs/libcgswap-core.a

mkdir -p "$work/include" "$work/objects"
sed '/^struct cgswap_.*_opts {/,/^};/s/^};/	uint64_t grown;\
};/' "$header" >"$work/include/cgswap.h"
check "every struct has a new field" \
	test "$(grep -c 'uint64_t grown;' "$work/include/cgswap.h")" -eq "$(grep -c '^struct .*_opts {' "$header")"

# The library once more, with the files that read options built against the other header.
build_grown()
{
	for file in $(grep -lE '_opts\b|OPTS_' "$source"/src/*/*.c | grep -v '/abi/'); do
		# shellcheck disable=SC2046,SC2086  # words
		$CC -include config.h -I"$work/include" -I"$source/src" $(setting LIBBPF_CFLAGS) \
			-std=gnu11 -fPIC -fvisibility=hidden $sanitize -c "$file" \
			-o "$work/objects/$(basename "$file" .c).o" || return
	done
	# shellcheck disable=SC2046,SC2086
	$CC $sanitize -shared -Wl,-soname,libcgswap.so.0 -Wl,-z,muldefs \
		-Wl,--version-script="$map" "$work"/objects/*.o \
		-Wl,--whole-archive "$core" -Wl,--no-whole-archive \
		$(setting LIBBPF_LIBS) $(setting LIBELF_LIBS) -lpthread -o "$work/libcgswap.so.0"
}
check "the library builds with them" build_grown

LD_LIBRARY_PATH=$work "$program" >"$work/said" 2>&1
status=$?
if grep -q '^1\.\.0 # SKIP' "$work/said"; then
	skip_check "a program built before is taken" "$(sed -n 's/^1\.\.0 # SKIP //p' "$work/said")"
else
	check "it is the library that the program runs with" \
		sh -c "LD_LIBRARY_PATH=$work ldd $program | grep -q '$work/libcgswap.so.0'"
	check "a program built before is taken" \
		sh -c "sed 's/^/# /' '$work/said'; exit $status"
fi
finish
