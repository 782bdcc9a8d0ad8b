# SPDX-License-Identifier: BSD-2-Clause
#
# The Python module, a package: _cgswap is what SWIG writes in C, all that people see is written by
# hand and stands in python/cgswap. (The module that SWIG writes in Python is not used.) In the build
# tree the package is put together in swig/python, which only needs PYTHONPATH.

python_sources = \
	python/cgswap/__init__.py \
	python/cgswap/_chain.py \
	python/cgswap/_enums.py \
	python/cgswap/_errors.py \
	python/cgswap/_link.py \
	python/cgswap/_names.py \
	python/cgswap/_object.py \
	python/cgswap/_program.py \
	python/cgswap/_replace.py \
	python/cgswap/_session.py \
	python/cgswap/_tie.py
python_typing = \
	python/cgswap/__init__.pyi \
	python/cgswap/py.typed
python_swig = \
	%D%/cgswap_python.swg \
	%D%/cgswap_python_callbacks.swg \
	%D%/cgswap_python_calls.swg \
	%D%/cgswap_python_classes.swg \
	%D%/cgswap_python_entries.swg \
	%D%/cgswap_python_errors.swg \
	%D%/cgswap_python_handles.swg \
	%D%/cgswap_python_options.swg \
	%D%/cgswap_python_snapshots.swg \
	%D%/cgswap_python_steps.swg
python_sdist = \
	python/README.md \
	python/setup.py \
	python/pyproject.toml.in
EXTRA_DIST += $(python_sources) $(python_typing) $(python_swig) $(python_sdist)

if BUILD_PYTHON
cgswapdir = $(pyexecdir)/cgswap
cgswap_PYTHON = $(python_sources)
cgswap_DATA = $(python_typing)
cgswap_LTLIBRARIES = %D%/python/cgswap/_cgswap.la

nodist_%C%_python_cgswap__cgswap_la_SOURCES = %D%/python/cgswap/_cgswap.c
%C%_python_cgswap__cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(PYTHON_CPPFLAGS)
%C%_python_cgswap__cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_python_cgswap__cgswap_la_LDFLAGS = $(SWIG_LDFLAGS) -export-symbols-regex '^PyInit__cgswap$$'
%C%_python_cgswap__cgswap_la_LIBADD = src/libcgswap.la

%D%/python/cgswap/_cgswap.c: $(SWIG_INTERFACE) $(python_swig)
	$(AM_V_at)$(MKDIR_P) %D%/python/cgswap
	$(AM_V_SWIG)$(SWIG) -python $(SWIG_FLAGS) -interface _cgswap -outdir %D%/python/cgswap \
		-o $@ $(top_srcdir)/%D%/cgswap.i
	$(AM_V_at)rm -f %D%/python/cgswap/cgswap.py

# The package, as it will be installed.
%D%/python/assembled: $(python_sources) $(python_typing) %D%/python/cgswap/_cgswap.la
	$(AM_V_at)for file in $(python_sources) $(python_typing); do \
		test -f $$file && from=. || from=$(srcdir); \
		cp -f $$from/$$file %D%/python/cgswap/ || exit; \
	done
	$(AM_V_at)ln -sf .libs/_cgswap.so %D%/python/cgswap/_cgswap$(PYTHON_SOEXT)
	$(AM_V_at)touch $@
python_assembled = %D%/python/assembled
noinst_DATA += $(python_assembled)
endif

# A source distribution for Python's own tools, with SWIG's work done. Wheels are built from it against
# an installed libcgswap; that has nothing to do with `make install`.
python-sdist: $(python_assembled)
	$(AM_V_at)test -n '$(python_assembled)' || { \
		echo 'python-sdist: configure found no Python, or no SWIG, to build the module with' >&2; \
		exit 1; }
	$(AM_V_at)rm -rf %D%/python/sdist
	$(AM_V_at)$(MKDIR_P) %D%/python/sdist/cgswap
	$(AM_V_at)for file in $(python_sources) $(python_typing); do \
		cp $(srcdir)/$$file %D%/python/sdist/cgswap/ || exit; \
	done
	$(AM_V_at)cp %D%/python/cgswap/_cgswap.c %D%/python/sdist/cgswap/
	$(AM_V_at)cp $(srcdir)/LICENSE $(srcdir)/python/README.md $(srcdir)/python/setup.py %D%/python/sdist/
	$(AM_V_at)sed 's/%VERSION%/$(PACKAGE_VERSION)/' $(srcdir)/python/pyproject.toml.in \
		>%D%/python/sdist/pyproject.toml
	$(AM_V_GEN)cd %D%/python/sdist && $(PYTHON) setup.py -q sdist --dist-dir '$(abs_builddir)'

clean-local: clean-python
clean-python:
	rm -rf %D%/python cgswap-$(PACKAGE_VERSION).tar.gz
.PHONY: python-sdist clean-python
