# SPDX-License-Identifier: BSD-2-Clause
#
# The ABI as data: cgswap_abi_describe() agrees with the header, the symbol map and the library, and
# every function that it names survives hostile arguments.

abi_tests = \
	%D%/hostile_arguments \
	%D%/luajit_and_cffi \
	%D%/opts_all

abi_scripts = \
	%D%/32_bit.sh \
	%D%/definitions_agree.sh \
	%D%/opts_grow.sh

check_PROGRAMS += $(abi_tests) %D%/describe
TESTS += $(abi_tests) $(abi_scripts)
EXTRA_DIST += $(abi_scripts) %D%/script.sh

%C%_hostile_arguments_SOURCES = \
	%D%/check_answer.c \
	%D%/check_answer.h \
	%D%/hostile.c \
	%D%/hostile.h \
	%D%/hostile_arguments.c \
	%D%/hostile_callbacks.c \
	%D%/hostile_callbacks.h \
	%D%/hostile_fixture.c \
	%D%/hostile_fixture.h \
	%D%/text.c \
	%D%/text.h
%C%_hostile_arguments_CPPFLAGS = $(AM_CPPFLAGS) $(FFI_CFLAGS)
%C%_hostile_arguments_LDADD = $(LDADD) $(FFI_LIBS)

%C%_describe_LDADD = src/libcgswap.la
