# SPDX-License-Identifier: BSD-2-Clause
#
# The oracle compares the model with the running kernel. It calls both backends directly, so it links
# the convenience library.

check_LTLIBRARIES += \
	%D%/libmodelled.la \
	%D%/liboracle.la
%C%_libmodelled_la_SOURCES = \
	%D%/modelled.c \
	%D%/modelled.h
%C%_liboracle_la_SOURCES = \
	%D%/choose.c \
	%D%/choose.h \
	%D%/compare.c \
	%D%/compare.h \
	%D%/fixture.c \
	%D%/fixture.h \
	%D%/generate.c \
	%D%/generate.h \
	%D%/operation.c \
	%D%/operation.h \
	%D%/options.c \
	%D%/options.h \
	%D%/play.c \
	%D%/play.h \
	%D%/side.c

oracle_programs = %D%/model_agrees_with_kernel
oracle_libs = %D%/liboracle.la tests/libtest.la src/libcgswap-core.la
%C%_model_agrees_with_kernel_LDADD = $(oracle_libs) $(JANSSON_LIBS)

# Tests of the model alone. They need no privilege.
model_programs = \
	%D%/model_does_everything \
	%D%/model_lifetime \
	%D%/model_older_kernel \
	%D%/model_privilege \
	%D%/model_threads
model_libs = %D%/libmodelled.la tests/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_model_does_everything_LDADD = %D%/libmodelled.la $(LDADD)
%C%_model_privilege_LDADD = $(model_libs)
%C%_model_older_kernel_LDADD = $(model_libs)
%C%_model_threads_LDADD = $(model_libs)
%C%_model_lifetime_LDADD = $(model_libs)

check_PROGRAMS += $(oracle_programs) $(model_programs)
TESTS += $(oracle_programs) $(model_programs) %D%/mutants.sh
EXTRA_DIST += \
	%D%/mutants.sh \
	%D%/mutants.txt
check_DATA += %D%/mutants.conf
CLEANFILES += %D%/mutants.conf

# The commands by which mutants.sh compiles a changed rule and links an oracle with it: its object
# comes before the libraries, which have the right one. This is done more than a hundred times, so
# without optimisation and without libtool.
%D%/mutants.conf: Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && { \
		echo 'compile="$(COMPILE) -w -O0 -g0"'; \
		echo 'link="$(CCLD) $(AM_CFLAGS) $(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS)"'; \
		echo 'objects="%D%/model_agrees_with_kernel.o \
			%D%/.libs/liboracle.a tests/.libs/libtest.a src/.libs/libcgswap-core.a \
			$(LIBBPF_LIBS) $(LIBELF_LIBS) $(JANSSON_LIBS) $(LIBS)"'; \
	} >$@.tmp && mv -f $@.tmp $@

# A million random operations, different ones each time; and the mutation tests.
check-oracle: $(oracle_programs)
	./%D%/model_agrees_with_kernel --seed 0 --operations 1000000
check-mutants: $(oracle_programs) %D%/mutants.conf
	$(MAKE) check TESTS=%D%/mutants.sh
LONG_PARTS += check-oracle check-mutants
.PHONY: check-oracle check-mutants

# The oracle of the public API: every answer of the library is compared with that of the rules.
check_LTLIBRARIES += %D%/libapi.la
%C%_libapi_la_SOURCES = \
	%D%/api.h \
	%D%/api_add.c \
	%D%/api_change.c \
	%D%/api_commit.c \
	%D%/api_compare.c \
	%D%/api_foreign.c \
	%D%/api_generate.c \
	%D%/api_inside.c \
	%D%/api_inside.h \
	%D%/api_judge.c \
	%D%/api_judge.h \
	%D%/api_play.c \
	%D%/api_session.c \
	%D%/api_session.h \
	%D%/api_text.c \
	%D%/api_transaction.h \
	%D%/api_want.c \
	%D%/api_want.h \
	%D%/api_want_change.c \
	%D%/api_want_replace.c \
	%D%/api_world.c \
	%D%/api_world.h
api_programs = %D%/api_answers
%C%_api_answers_LDADD = %D%/libapi.la %D%/liboracle.la $(fault_libs)
%C%_api_answers_LDFLAGS = $(fault_ldflags)
check_PROGRAMS += $(api_programs)
TESTS += $(api_programs)

# Ten times as many operations, different ones each time.
check-oracle-api: $(api_programs)
	./%D%/api_answers --seed 0 --operations 300000
LONG_PARTS += check-oracle-api
.PHONY: check-oracle-api
