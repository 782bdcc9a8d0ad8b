# SPDX-License-Identifier: BSD-2-Clause
#
# The Python module. run_script embeds the interpreter and provides fixtures; each script is a test:
# the scenarios, numbered as in C and Lua, and tests of what only a Python module can get wrong.

python_tests = \
	%D%/01_list_chain.py \
	%D%/02_selectors.py \
	%D%/03_attach_detach.py \
	%D%/04_swap_keeps_order.py \
	%D%/05_dry_run.py \
	%D%/06_commit_rollback.py \
	%D%/07_all_or_none.py \
	%D%/08_error_causes.py \
	%D%/09_preorder_kept.py \
	%D%/10_closed_handles.py \
	%D%/11_expected_revision.py \
	%D%/12_callbacks.py \
	%D%/13_links_and_order.py \
	%D%/14_maps_reused.py \
	%D%/15_pins_metadata_inspect.py \
	%D%/arguments.py \
	%D%/clean.py \
	%D%/examples.py \
	%D%/find.py \
	%D%/model_world.py \
	%D%/no_memory_growth.py \
	%D%/protocols.py \
	%D%/objects.py \
	%D%/records_while_collecting.py \
	%D%/recover.py \
	%D%/recursive.py \
	%D%/reference.py \
	%D%/two_threads.py \
	%D%/type_hints.py \
	%D%/undo.py \
	%D%/whole_surface.py

# These start the interpreter itself, which cannot load a library built with sanitizers.
python_plain_tests = \
	%D%/objects_at_exit.py \
	%D%/wheel_from_sdist.sh

EXTRA_DIST += $(python_tests) $(python_plain_tests) %D%/fixtures.py %D%/run_script.sh

if EMBED_PYTHON
check_PROGRAMS += %D%/run_script
%C%_run_script_SOURCES = \
	%D%/embed.c \
	%D%/embed.h \
	%D%/raw_module.c \
	%D%/run_script.c \
	%D%/tap_module.c
%C%_run_script_CPPFLAGS = $(AM_CPPFLAGS) $(PYTHON_CPPFLAGS) \
	-DPYTHON_EXECUTABLE='"$(PYTHON_EXECUTABLE)"' \
	-DMODULE_DIR='"$(abs_top_builddir)/swig/python/package"' -DSCRIPT_DIR='"$(abs_top_srcdir)/%D%"'
%C%_run_script_LDADD = $(LDADD) $(PYTHON_EMBED_LIBS)

PY_LOG_COMPILER = $(SHELL) $(srcdir)/%D%/run_script.sh %D%/run_script
TESTS += $(python_tests)
if !SANITIZED
TESTS += $(python_plain_tests)
endif
else
PY_LOG_COMPILER = false
endif
