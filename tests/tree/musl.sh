#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The library and the command compile against musl, which OpenWrt and other appliances use, without
# a warning. The compiler only looks: no library is needed, and headers other than libc's are the
# system's own.

. "${abs_top_srcdir-.}/tests/abi/script.sh"

musl=$(command -v musl-gcc) || {
	echo "1..0 # SKIP musl-gcc is missing (Debian package musl-tools)"
	exit 0
}

# Everything that is not libc's: a folder of links, so that glibc's headers stay out of the way.
mkdir -p "$work/include"
multiarch=/usr/include/$($CC -print-multiarch 2>/dev/null)
for name in linux asm asm-generic bpf libelf.h gelf.h jansson.h jansson_config.h zlib.h; do
	for folder in "$multiarch" /usr/include; do
		[ -e "$folder/$name" ] && ln -sfn "$folder/$name" "$work/include/$name"
	done
done

for file in "$source"/src/*/*.c "$source"/tools/*.c; do
	check "musl: ${file#"$source"/}" "$musl" -std=gnu11 -Wall -Wextra -Werror -fsyntax-only \
		-include config.h -I"$source/include" -I"$source/src" -isystem "$work/include" "$file"
done
finish
