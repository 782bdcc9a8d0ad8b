#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The commands of README's section Install: what `make install` installs works, and `make uninstall`
# removes it again and nothing else. (.ci/run runs those that build.)
set -u

build=$abs_top_builddir
source=$abs_top_srcdir
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
root=$work/root
unset MAKEFLAGS MAKELEVEL MFLAGS PYTHONPATH LUA_PATH LUA_CPATH

. "$source/tests/lib/tap.sh"

# variable NAME: its value in the Makefile, spelled out.
variable()
{
	printf 'include Makefile\ncgswap-print:\n\t@echo "$(%s)"\n' "$1" |
		make -s -C "$build" -f - cgswap-print
}

bindir=$root$(variable bindir)
sbindir=$root$(variable sbindir)
libdir=$root$(variable libdir)
includedir=$root$(variable includedir)
mandir=$root$(variable mandir)
docdir=$root$(variable docdir)
pkgconfigdir=$root$(variable pkgconfigdir)
pyexecdir=$root$(variable pyexecdir)
lua51dir=$root$(variable lua51dir)
lua51sharedir=$root$(variable lua51sharedir)

# list_files: all files below the root, without the folders, which uninstall leaves.
list_files()
{
	(cd "$root" && find . ! -type d | sort)
}

# install_command LINE: runs a command of README, below the root instead of in the system.
install_command()
{
	case $1 in
	'sudo make install') make -s -C "$build" install DESTDIR="$root" ;;
	'sudo ldconfig') PATH=$PATH:/usr/sbin:/sbin ldconfig -n "$libdir" ;;
	*)
		echo "README has a command that this test does not know"
		return 1
		;;
	esac
}

installed_command_runs()
{
	(
		PATH=$bindir:$sbindir
		LD_LIBRARY_PATH=$libdir
		export PATH LD_LIBRARY_PATH
		cgswap --version && cgswap --kernel model tree
	)
}

# It uses the library only, and the modelled kernel.
program_compiles()
{
	# shellcheck disable=SC2046,SC2086  # lists of words
	$(variable CC) $(variable CFLAGS) "$source/examples/swap_on_the_model.c" -o "$work/program" \
		$(PKG_CONFIG_PATH=$pkgconfigdir PKG_CONFIG_SYSROOT_DIR=$root \
			pkg-config --cflags --libs libcgswap) &&
		LD_LIBRARY_PATH=$libdir "$work/program"
}

python_imports()
{
	(cd "$work" && LD_LIBRARY_PATH=$libdir PYTHONPATH=$pyexecdir "$PYTHON" -B -c 'import cgswap, sys
assert cgswap.__file__.startswith(sys.argv[1]), cgswap.__file__
with cgswap.Session(kernel="model") as session:
    assert session.chain("web.slice", "egress").find("name:fw").position == 0
import importlib.metadata, sysconfig
assert importlib.metadata.version("cgswap") == cgswap.__version__
assert cgswap._cgswap.__file__.endswith(sysconfig.get_config_var("EXT_SUFFIX")), cgswap._cgswap.__file__
' "$pyexecdir")
}

lua_requires()
{
	(cd "$work" && LD_LIBRARY_PATH=$libdir LUA_PATH="$lua51sharedir/?.lua" \
		LUA_CPATH="$lua51dir/?.so" luajit -e '
local cgswap = require "cgswap"
local session = assert(cgswap.session { kernel = "model" })
assert(assert(session:chain("web.slice", "egress")):find("name:fw").position == 0)')
}

# Each page that README refers to is there.
pages_are_installed()
{
	grep -o '^- [a-z-]*([1-8])' "$source/README" | tr -d '()' >"$work/pages"
	test -s "$work/pages" || return 1
	while read -r _ page; do
		section=${page#"${page%?}"}
		test -s "$mandir/man$section/${page%?}.$section" || {
			echo "no $page"
			return 1
		}
	done <"$work/pages"
}

# Each file that README refers to by a relative link is beside it.
links_lead_somewhere()
{
	grep -o '](docs/[^)]*)' "$source/README" | sed 's/](\(.*\))/\1/' | sort -u >"$work/links"
	test -s "$work/links" || return 1
	while read -r link; do
		test -s "$docdir/$link" || {
			echo "no $link"
			return 1
		}
	done <"$work/links"
}

# Files of others, in the same folders.
mkdir -p "$bindir" "$libdir/pkgconfig" "$includedir" "$docdir"
echo other | tee "$bindir/other" "$libdir/libother.so" "$includedir/other.h" \
	"$docdir/other" >/dev/null
list_files >"$work/before"

awk '/^Install$/ { inside = 1 } inside && /^```$/ { exit } inside && fenced { sub(/ *#.*/, ""); print }
	inside && /^```sh/ { fenced = 1 }' "$source/README" >"$work/commands"
check "README says how to install" test -s "$work/commands"
while read -r line; do
	case $line in
	./bootstrap* | 'mkdir -p build && cd build' | ../configure | make) ;; # by .ci/run
	*) check "$line" install_command "$line" ;;
	esac
done <"$work/commands"

check "the installed command runs" installed_command_runs
check "a program compiles with the installed header and pkg-config file, and runs" program_compiles
if test -e "$build/swig/python/assembled"; then
	check "the installed Python module works" python_imports
else
	skip_check "the installed Python module works" "it was not built"
fi
if ! test -e "$build/swig/lua/5.1/cgswap_core.la"; then
	skip_check "the installed Lua module works" "that for Lua 5.1 was not built"
elif ! command -v luajit >/dev/null; then
	skip_check "the installed Lua module works" "luajit is not installed (Debian package luajit)"
else
	check "the installed Lua module works" lua_requires
fi
check "the manual pages of README are installed" pages_are_installed
check "the files that README links to are installed" links_lead_somewhere
check "make uninstall" make -s -C "$build" uninstall DESTDIR="$root"
list_files >"$work/after"
check "only the files that were there before are left" diff "$work/before" "$work/after"
finish
