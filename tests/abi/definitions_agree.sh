#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The header, the symbol map, the table, the text and the library have the same functions; and the
# text declares the same enums with their numbers, opaque types, callbacks, option structs and
# functions as the header, word for word.

. "${abs_top_srcdir-.}/tests/abi/script.sh"

# same WHAT FILE FILE: the files are equal and not empty.
same()
{
	check "$1" diff "$work/$2" "$work/$3"
}

# ---- names ----

sed -n 's/^CGSWAP_API .*[ *]\(cgswap_[a-z0-9_]*\)(.*/\1/p' "$header" | sort >"$work/in-header"
sed -n '/^global:/,/^local:/s/^	\(cgswap_[a-z0-9_]*\);$/\1/p' "$map" | sort >"$work/in-map"
sed -n 's/^FUNCTION(.*, \(cgswap_[a-z0-9_]*\),.*/\1/p' "$table" | sort >"$work/in-table"
sed -n '/^typedef/!s/^.*[ *]\(cgswap_[a-z0-9_]*\)(.*/\1/p' "$work/text" | sort >"$work/in-text"

check "the header declares more than a hundred functions" \
	[ "$(wc -l <"$work/in-header")" -gt 100 ]
check "each has CGSWAP_API" \
	[ "$(grep -c '^CGSWAP_API ' "$header")" = "$(wc -l <"$work/in-header")" ]
same "header and map" in-header in-map
same "header and table" in-header in-table
same "header and text" in-header in-text
if [ -f "$library" ] && command -v nm >/dev/null; then
	nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
		sort -u >"$work/in-library"
	same "header and library" in-header in-library
else
	skip_check "the symbols" "no shared library was built, or nm is missing"
fi

# ---- declarations ----

# Strips comments, directives and layout, and prints one declaration a line, sorted.
declarations()
{
	sed -e 's|/\*.*\*/||' -e '/^ *\/\*/,/\*\//d' -e '/^#/d' -e '/^extern "C" {/d' \
		-e '/^}$/d' -e 's/^CGSWAP_API //' "$1" | tr '\n\t' '  ' |
		sed -e 's/\([(){},;*=]\)/ \1 /g' -e 's/  */ /g' -e 's/, }/ }/g' \
			-e 's/\([;{]\) \(enum\|struct\|typedef\|\) */\1 \2 /g' |
		awk 'BEGIN { RS = ";" }
		     { line = line $0 ";"; depth += gsub(/{/, "{") - gsub(/}/, "}") }
		     depth == 0 { gsub(/ +/, " ", line); sub(/^ /, "", line)
				  if (line != ";" && line != " ;") print line; line = "" }' |
		grep -v '^ *;*$' | LC_ALL=C sort
}
declarations "$header" >"$work/header-says"
declarations "$work/text" >"$work/text-says"
same "every declaration" header-says text-says
for part in '^enum cgswap_cause ' '^enum cgswap_status ' '^struct cgswap_attach_opts ' \
	'^typedef int ( \* cgswap_progress_fn )' '^typedef struct cgswap_chain cgswap_chain' \
	'^const char \* cgswap_version ( void )'; do
	check "compared: $part" grep -q "$part" "$work/header-says"
done

# ---- the text is C ----

{
	printf '#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n'
	cat "$work/text"
} >"$work/text.h"
cat >"$work/use.c" <<'END'
#include "text.h"
int main(void)
{
	struct cgswap_session_opts opts = { 0 };
	cgswap_session *session;

	opts.sz = 1;
	return cgswap_session_open(&session, &opts) != CGSWAP_E_ARGUMENT || session;
}
END
check "C99 without warnings" \
	$CC -std=c99 -Wall -Wextra -Werror $sanitize -c "$work/use.c" -o "$work/use.o"
check "a program that uses it links" ./libtool --silent --mode=link $CC $sanitize \
	"$work/use.o" -o "$work/use" src/libcgswap.la
check "the program runs" "$work/use"
finish
