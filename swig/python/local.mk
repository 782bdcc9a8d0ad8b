# SPDX-License-Identifier: BSD-2-Clause
#
# The Python package cgswap: the extension module _cgswap, which SWIG generates in C, and the modules in
# the folder cgswap, which are what users see. (SWIG's Python module is not used.) The build tree has the
# whole package in swig/python/package, for PYTHONPATH.

python_sources = \
	%D%/cgswap/__init__.py \
	%D%/cgswap/_chain.py \
	%D%/cgswap/_enums.py \
	%D%/cgswap/_errors.py \
	%D%/cgswap/_link.py \
	%D%/cgswap/_names.py \
	%D%/cgswap/_object.py \
	%D%/cgswap/_program.py \
	%D%/cgswap/_replace.py \
	%D%/cgswap/_session.py \
	%D%/cgswap/_tie.py
python_typing = \
	%D%/cgswap/__init__.pyi \
	%D%/cgswap/py.typed
python_swig = \
	%D%/callbacks.swg \
	%D%/calls.swg \
	%D%/classes.swg \
	%D%/entries.swg \
	%D%/errors.swg \
	%D%/handles.swg \
	%D%/module.swg \
	%D%/options.swg \
	%D%/snapshots.swg \
	%D%/steps.swg
python_sdist = \
	%D%/README.md \
	%D%/pyproject.toml.in \
	%D%/setup.py
EXTRA_DIST += $(python_sources) $(python_typing) $(python_swig) $(python_sdist)

if BUILD_PYTHON
cgswapdir = $(pyexecdir)/cgswap
cgswap_PYTHON = $(python_sources)
cgswap_DATA = $(python_typing)
cgswap_LTLIBRARIES = %D%/package/cgswap/_cgswap.la

nodist_%C%_package_cgswap__cgswap_la_SOURCES = %D%/package/cgswap/_cgswap.c
%C%_package_cgswap__cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(PYTHON_CPPFLAGS)
%C%_package_cgswap__cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_package_cgswap__cgswap_la_LDFLAGS = $(SWIG_LDFLAGS) -export-symbols-regex '^PyInit__cgswap$$'
%C%_package_cgswap__cgswap_la_LIBADD = src/libcgswap.la

%D%/package/cgswap/_cgswap.c: $(SWIG_INTERFACE) $(python_swig)
	$(AM_V_at)$(MKDIR_P) %D%/package/cgswap
	$(AM_V_SWIG)$(SWIG) -python $(SWIG_FLAGS) -interface _cgswap -outdir %D%/package/cgswap \
		-o $@ $(top_srcdir)/swig/cgswap.i
	$(AM_V_at)rm -f %D%/package/cgswap/cgswap.py

# The installed package.
%D%/assembled: $(python_sources) $(python_typing) %D%/package/cgswap/_cgswap.la
	$(AM_V_at)for file in $(python_sources) $(python_typing); do \
		test -f $$file && from=. || from=$(srcdir); \
		cp -f $$from/$$file %D%/package/cgswap/ || exit; \
	done
	$(AM_V_at)ln -sf .libs/_cgswap.so %D%/package/cgswap/_cgswap$(PYTHON_SOEXT)
	$(AM_V_at)touch $@
python_assembled = %D%/assembled
noinst_DATA += $(python_assembled)
endif

# A source distribution for Python's own tools, with the generated wrapper. Wheels are built from it for
# an installed libcgswap; `make install` does not use it.
python-sdist: $(python_assembled)
	$(AM_V_at)test -n '$(python_assembled)' || { \
		echo 'python-sdist: configure did not find Python or SWIG' >&2; \
		exit 1; }
	$(AM_V_at)rm -rf %D%/sdist
	$(AM_V_at)$(MKDIR_P) %D%/sdist/cgswap
	$(AM_V_at)for file in $(python_sources) $(python_typing); do \
		cp $(srcdir)/$$file %D%/sdist/cgswap/ || exit; \
	done
	$(AM_V_at)cp %D%/package/cgswap/_cgswap.c %D%/sdist/cgswap/
	$(AM_V_at)cp $(srcdir)/LICENSE $(srcdir)/%D%/README.md $(srcdir)/%D%/setup.py %D%/sdist/
	$(AM_V_at)sed 's/%VERSION%/$(PACKAGE_VERSION)/' $(srcdir)/%D%/pyproject.toml.in \
		>%D%/sdist/pyproject.toml
	$(AM_V_GEN)cd %D%/sdist && $(PYTHON) setup.py -q sdist --dist-dir '$(abs_builddir)'

clean-local: clean-python
clean-python:
	rm -rf %D%/package %D%/sdist %D%/assembled cgswap-$(PACKAGE_VERSION).tar.gz
.PHONY: python-sdist clean-python
