# SPDX-License-Identifier: BSD-2-Clause
#
# Every case of the errno matrix. The rows, and the three ways to provoke a case, are a convenience
# library, which calls functions of the library that are not exported.

check_LTLIBRARIES += %D%/libmatrix.la
%C%_libmatrix_la_SOURCES = \
	%D%/cases.c \
	%D%/cases.h \
	%D%/fixture.c \
	%D%/fixture.h \
	%D%/fixture_cgroup.c \
	%D%/fixture_cgroup.h \
	%D%/fixture_objects.c \
	%D%/fixture_objects.h \
	%D%/matrix.c \
	%D%/matrix.h \
	%D%/row.h \
	%D%/rows_attach.c \
	%D%/rows_detach.c \
	%D%/rows_link_create.c \
	%D%/rows_link_update.c \
	%D%/rows_position.c \
	%D%/rows_query.c \
	%D%/rows_replace.c \
	%D%/rows_target.c \
	%D%/call_backend.c \
	%D%/call_public.c \
	%D%/call_rules.c \
	%D%/calls.h

matrix_programs = \
	%D%/live_matrix \
	%D%/model_matrix

matrix_libs = %D%/libmatrix.la tests/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_live_matrix_LDADD = $(matrix_libs)
%C%_model_matrix_LDADD = $(matrix_libs)

check_PROGRAMS += $(matrix_programs)
TESTS += $(matrix_programs)
EXTRA_DIST += %D%/cases.tsv
