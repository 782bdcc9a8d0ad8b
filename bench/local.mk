# SPDX-License-Identifier: BSD-2-Clause
#
# Benchmarks. `make check` builds them, `make bench` runs them. beside.sh compares two versions.

bench_programs = %D%/commit_cost %D%/growth_cost %D%/load_cost %D%/many_cost %D%/many_load_cost

check_PROGRAMS += $(bench_programs)
BENCHES += $(bench_programs)

%C%_commit_cost_SOURCES = %D%/commit_cost.c %D%/fail.h %D%/timing.h
%C%_commit_cost_LDADD = tests/libtest.la src/libcgswap.la $(JANSSON_LIBS)
%C%_load_cost_SOURCES = %D%/load_cost.c %D%/bare_load.h %D%/fail.h %D%/timing.h
%C%_load_cost_LDADD = tests/libtest.la src/libcgswap.la $(LIBBPF_LIBS) $(JANSSON_LIBS)
%C%_growth_cost_SOURCES = %D%/growth_cost.c %D%/fail.h %D%/timing.h
%C%_growth_cost_LDADD = tests/libtest.la src/libcgswap.la $(JANSSON_LIBS)

%C%_many_cost_SOURCES = %D%/many_cost.c %D%/fail.h %D%/timing.h
%C%_many_cost_LDADD = tests/libtest.la src/libcgswap.la $(JANSSON_LIBS)

%C%_many_load_cost_SOURCES = %D%/many_load_cost.c %D%/bare_load.h %D%/fail.h %D%/timing.h
%C%_many_load_cost_LDADD = tests/libtest.la src/libcgswap.la $(LIBBPF_LIBS) $(JANSSON_LIBS)

# The Python module compared with a handwritten extension.
EXTRA_DIST += \
	%D%/beside.sh \
	%D%/python_cost.py
if BUILD_PYTHON
check_LTLIBRARIES += %D%/python_extension.la
%C%_python_extension_la_SOURCES = %D%/python_extension.c
%C%_python_extension_la_CPPFLAGS = $(AM_CPPFLAGS) $(PYTHON_CPPFLAGS)
%C%_python_extension_la_LDFLAGS = $(SWIG_LDFLAGS) -rpath /nowhere
%C%_python_extension_la_LIBADD = tests/libtest.la src/libcgswap.la $(JANSSON_LIBS)

bench_python = %D%/python_extension.la swig/python/assembled
BENCH_TARGETS += bench-python
endif
bench-python: $(bench_python)
	@PYTHONPATH=swig/python/package $(PYTHON) -B $(srcdir)/%D%/python_cost.py \
		%D%/.libs src/.libs/libcgswap.so.0
.PHONY: bench-python

# The command beside bpftool. The library is preloaded, since an installed command does not search for it
# in the build tree; libtool's script is left out.
EXTRA_DIST += %D%/command_cost.sh
if BUILD_COMMAND
check_PROGRAMS += %D%/process_cost
%C%_process_cost_LDADD =
BENCH_TARGETS += bench-command
endif
bench-command: tools/cgswap %D%/process_cost
	@if test -z '$(BPFTOOL)'; then echo 'bench-command: bpftool is missing'; else \
		LD_PRELOAD=$(abs_builddir)/src/.libs/libcgswap.so.0 \
			$(SHELL) $(srcdir)/%D%/command_cost.sh ./%D%/process_cost \
			tools/.libs/cgswap examples/counter.bpf.o '$(BPFTOOL)'; \
	fi
.PHONY: bench-command

include %D%/lua.mk
