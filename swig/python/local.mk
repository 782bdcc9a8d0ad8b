# SPDX-License-Identifier: BSD-2-Clause
#
# The Python package cgswap: the extension module _cgswap, SWIG's wrapper with the handwritten C files
# beside it, and the modules in the folder cgswap, which are what users see. generate.py expands them, and
# makes the enums and records, from the tables in src/abi. (SWIG's Python module is not used.) The build
# tree has the whole package in swig/python/package, for PYTHONPATH.

python_modules = \
	%D%/cgswap/__init__.py \
	%D%/cgswap/_chain.py \
	%D%/cgswap/_enums.py \
	%D%/cgswap/_errors.py \
	%D%/cgswap/_handle.py \
	%D%/cgswap/_link.py \
	%D%/cgswap/_names.py \
	%D%/cgswap/_object.py \
	%D%/cgswap/_program.py \
	%D%/cgswap/_replace.py \
	%D%/cgswap/_session.py \
	%D%/cgswap/_types.py \
	%D%/cgswap/_world.py \
	%D%/cgswap/py.typed
python_generated = \
	%D%/package/cgswap/__init__.py \
	%D%/package/cgswap/_cgswap.pyi \
	%D%/package/cgswap/_chain.py \
	%D%/package/cgswap/_enums.py \
	%D%/package/cgswap/_errors.py \
	%D%/package/cgswap/_generated.py \
	%D%/package/cgswap/_handle.py \
	%D%/package/cgswap/_link.py \
	%D%/package/cgswap/_names.py \
	%D%/package/cgswap/_object.py \
	%D%/package/cgswap/_program.py \
	%D%/package/cgswap/_replace.py \
	%D%/package/cgswap/_session.py \
	%D%/package/cgswap/_types.py \
	%D%/package/cgswap/_world.py
python_c = \
	swig/struct_options.c \
	swig/struct_options.h \
	%D%/binding.h \
	%D%/callbacks.c \
	%D%/entry.c \
	%D%/errors.c \
	%D%/handle.c \
	%D%/options.c \
	%D%/records.c
python_sdist = \
	%D%/README.md \
	%D%/pyproject.toml.in \
	%D%/setup.py
EXTRA_DIST += $(python_modules) $(python_c) $(python_sdist) pyproject.toml %D%/checkout.py %D%/generate.py %D%/typemaps.swg

if BUILD_PYTHON
cgswapdir = $(pyexecdir)/cgswap
cgswap_DATA = $(python_generated) %D%/cgswap/py.typed
cgswap_LTLIBRARIES = %D%/package/cgswap/_cgswap.la

# importlib.metadata finds the version here. A RECORD is left out, so that pip does not remove what it did
# not install.
cgswapinfodir = $(pyexecdir)/cgswap-$(PACKAGE_VERSION).dist-info
nodist_cgswapinfo_DATA = %D%/dist-info/INSTALLER %D%/dist-info/METADATA
%D%/dist-info/INSTALLER:
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)echo make >$@
%D%/dist-info/METADATA: Makefile
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)printf '%s\n' 'Metadata-Version: 2.1' 'Name: cgswap' 'Version: $(PACKAGE_VERSION)' \
		'Summary: Swap a live cgroup-BPF program for its next version, in its place in the chain' \
		'License: BSD-2-Clause' 'Requires-Python: >=3.9' >$@

# Only the interpreter that the module was built for loads a file of this name.
install-data-hook:
	mv -f '$(DESTDIR)$(cgswapdir)/_cgswap.so' '$(DESTDIR)$(cgswapdir)/_cgswap$(PYTHON_SOEXT)'
uninstall-hook:
	rm -f '$(DESTDIR)$(cgswapdir)/_cgswap$(PYTHON_SOEXT)'

%C%_package_cgswap__cgswap_la_SOURCES = $(python_c)
nodist_%C%_package_cgswap__cgswap_la_SOURCES = %D%/package/cgswap/_cgswap.c
%C%_package_cgswap__cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(PYTHON_CPPFLAGS) -I$(srcdir)/swig -I$(srcdir)/%D%
%C%_package_cgswap__cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_package_cgswap__cgswap_la_LDFLAGS = $(SWIG_LDFLAGS) -export-symbols-regex '^PyInit__cgswap$$'
%C%_package_cgswap__cgswap_la_LIBADD = src/abi/libfields.la src/libcgswap.la

%D%/package/cgswap/_cgswap.c: $(SWIG_INTERFACE) $(srcdir)/%D%/typemaps.swg
	$(AM_V_at)$(MKDIR_P) %D%/package/cgswap
	$(AM_V_SWIG)$(SWIG) -python -threads $(SWIG_FLAGS) -interface _cgswap -outdir %D%/package/cgswap \
		-o $@ $(top_srcdir)/swig/cgswap.i
	$(AM_V_at)rm -f %D%/package/cgswap/cgswap.py

%D%/generated: $(srcdir)/%D%/generate.py $(python_modules) include/cgswap.h \
		$(srcdir)/src/abi/abi.def $(srcdir)/src/abi/fields.def
	$(AM_V_at)$(MKDIR_P) %D%/package/cgswap
	$(AM_V_GEN)$(PYTHON) $(srcdir)/%D%/generate.py $(top_srcdir) %D%/package/cgswap
	$(AM_V_at)touch $@
$(python_generated): %D%/generated
	$(AM_V_at)touch $@

# The installed package.
%D%/assembled: $(python_generated) %D%/cgswap/py.typed %D%/package/cgswap/_cgswap.la
	$(AM_V_at)cp -f $(srcdir)/%D%/cgswap/py.typed %D%/package/cgswap/
	$(AM_V_at)ln -sf .libs/_cgswap.so %D%/package/cgswap/_cgswap$(PYTHON_SOEXT)
	$(AM_V_at)touch $@
python_assembled = %D%/assembled
noinst_DATA += $(python_assembled)
endif

# A source distribution for Python's own tools, with the generated wrapper. Wheels are built from it, or by
# `pip install .` from a checkout, for an installed libcgswap; `make install` does not use them.
python-sdist: $(python_assembled)
	$(AM_V_at)test -n '$(python_assembled)' || { \
		echo 'python-sdist: configure did not find Python or SWIG' >&2; \
		exit 1; }
	$(AM_V_at)rm -rf %D%/sdist
	$(AM_V_at)$(PYTHON) $(srcdir)/%D%/checkout.py $(top_srcdir) %D%/sdist %D%/package/cgswap/_cgswap.c
	$(AM_V_GEN)cd %D%/sdist && $(PYTHON) setup.py -q sdist --dist-dir '$(abs_builddir)'

clean-local: clean-python
clean-python:
	rm -rf %D%/package %D%/sdist %D%/assembled %D%/generated %D%/dist-info cgswap-$(PACKAGE_VERSION).tar.gz
.PHONY: python-sdist clean-python
