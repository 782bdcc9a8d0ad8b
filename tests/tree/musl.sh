#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The library and the command compile against musl, which OpenWrt and other appliances use, without
# one of our warnings. No library is needed, and headers other than libc's are the system's own.

. "${abs_top_srcdir-.}/tests/abi/script.sh"

musl=$(command -v musl-gcc) || {
	echo "1..0 # SKIP musl-gcc is missing (Debian package musl-tools)"
	exit 0
}

# Everything that is not libc's: a folder of links, so that glibc's headers stay out of the way.
mkdir -p "$work/include"
multiarch=/usr/include/$($CC -print-multiarch 2>/dev/null)
for name in linux asm asm-generic bpf libelf.h gelf.h jansson.h jansson_config.h libsmartcols zlib.h; do
	for folder in "$multiarch" /usr/include; do
		[ -e "$folder/$name" ] && ln -sfn "$folder/$name" "$work/include/$name"
	done
done

compile()
{
	# shellcheck disable=SC2046  # a list of options
	"$musl" -std=gnu11 -O2 $(setting WARNING_CFLAGS) -Werror -fvisibility=hidden \
		-include config.h -I"$source/include" -I"$source/src" -isystem "$work/include" \
		-isystem "$work/include/libsmartcols" \
		-c "$1" -o "$work/object.o"
}

# glibc's headers and functions are not found.
has_only_musl()
{
	echo '#include <gnu/libc-version.h>' >"$work/header.c"
	printf '#include <stdlib.h>\nint main(void) { return !canonicalize_file_name("/"); }\n' \
		>"$work/function.c"
	printf '#include <stdlib.h>\nint main(void) { return !realpath("/", NULL); }\n' >"$work/both.c"
	! compile "$work/header.c" && ! compile "$work/function.c" && compile "$work/both.c"
}
check "noticed: what only glibc has" has_only_musl

for file in "$source"/src/*/*.c "$source"/tools/*.c; do
	check "musl: ${file#"$source"/}" compile "$file"
done
finish
