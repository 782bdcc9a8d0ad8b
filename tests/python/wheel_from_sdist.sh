#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The result of `make python-sdist` builds as a wheel with a libcgswap that pkg-config finds, and pip
# installs it, and a checkout: the modules can be imported. What is missing is named.
set -u

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

# check NAME COMMAND...: prints one check; if it fails, also the command's output.
number=0
check() {
	name=$1
	shift
	number=$((number + 1))
	if said=$("$@" 2>&1); then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		echo "$said" | sed 's/^/# /'
	fi
}

test -f "$abs_top_builddir/swig/python/assembled" || skip "the Python module is not built"
"$PYTHON" -c 'import setuptools, wheel' 2>/dev/null ||
	skip "setuptools and wheel are missing (Debian packages python3-setuptools, python3-wheel)"
nm -D "$abs_top_builddir/src/.libs/libcgswap.so" 2>/dev/null | grep -q __asan &&
	skip "an interpreter cannot load a library built with sanitizers"

folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT

cat >"$folder/libcgswap.pc" <<END
Name: libcgswap
Description: that of the build tree
Version: 0
Cflags: -I$abs_top_srcdir/include
Libs: -L$abs_top_builddir/src/.libs -lcgswap
END
PKG_CONFIG_PATH=$folder
LD_LIBRARY_PATH=$abs_top_builddir/src/.libs
unset PYTHONPATH MAKEFLAGS MAKELEVEL MFLAGS
export PKG_CONFIG_PATH LD_LIBRARY_PATH

wheel() {
	cd "$folder"/cgswap-*/ && "$PYTHON" setup.py -q bdist_wheel --dist-dir "$folder"
}

# import [FOLDER]: imports the module below the folder of the unpacked wheel, and uses it.
import() {
	cd "$folder/unpacked${1:+/$1}" && "$PYTHON" -c 'import cgswap, sys
assert cgswap.__file__.startswith(sys.argv[1]), cgswap.__file__
assert cgswap.Cause.NOT_ATTACHED.meaning
' "$folder/unpacked${1:+/$1}"
}

# pip_install SOURCES FOLDER: without the network.
pip_install() {
	(cd / && "$PYTHON" -m pip install --quiet --no-build-isolation --no-index --no-deps --target "$2" "$1")
}
says() {
	text=$1
	shift
	"$@" 2>&1 | grep -F "$text"
}

check "make python-sdist succeeds" make -C "$abs_top_builddir" python-sdist
check "it can be unpacked" tar -xzf "$abs_top_builddir"/cgswap-[0-9]*.tar.gz -C "$folder"
check "a wheel is built from it" wheel
check "the wheel can be unpacked" "$PYTHON" -m zipfile -e "$folder"/cgswap-*.whl "$folder/unpacked"
check "the wheel has the types" test -s "$folder/unpacked/cgswap/_cgswap.pyi" -a \
	-e "$folder/unpacked/cgswap/py.typed"
check "the module can be imported" import

if ! "$PYTHON" -m pip --version >/dev/null 2>&1; then
	number=$((number + 1))
	echo "ok $number # SKIP pip is missing (Debian package python3-pip)"
else
	check "pip installs a checkout" pip_install "$abs_top_srcdir" "$folder/unpacked/pip"
	check "its module can be imported" import pip
	check "pip installs the source distribution" pip_install "$(echo "$folder"/cgswap-*/)" "$folder/unpacked/two"
	check "its module can be imported" import two
	check "without SWIG, pip says so" says "install SWIG" env SWIG=/nowhere/swig \
		"$PYTHON" -m pip install --no-build-isolation --no-index --target "$folder/none" "$abs_top_srcdir"
	mkdir "$folder/hide"
	cat >"$folder/hide/sitecustomize.py" <<-END
		import importlib.machinery, os
		find = importlib.machinery.PathFinder.find_spec
		hidden = os.environ["HIDDEN"].split()
		importlib.machinery.PathFinder.find_spec = classmethod(
		    lambda cls, name, *rest, **named: None if name in hidden else find(name, *rest, **named))
	END
	check "without setuptools, pip says so" says "setuptools is missing" env PYTHONPATH="$folder/hide" \
		HIDDEN=setuptools "$PYTHON" -m pip install --no-build-isolation --no-index \
		--target "$folder/none" "$abs_top_srcdir"
	check "without wheel, pip says so" says "wheel is missing" env PYTHONPATH="$folder/hide" \
		HIDDEN="wheel setuptools.command.bdist_wheel" "$PYTHON" -m pip install --no-build-isolation \
		--no-index --target "$folder/none" "$abs_top_srcdir"
	check "without libcgswap, pip says so" says "install libcgswap" env PKG_CONFIG_PATH=/nowhere \
		PKG_CONFIG_LIBDIR=/nowhere "$PYTHON" -m pip install --no-build-isolation --no-index \
		--target "$folder/none" "$abs_top_srcdir"
fi
echo "1..$number"
