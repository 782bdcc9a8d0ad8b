# SPDX-License-Identifier: BSD-2-Clause
#
# The ABI as data: what cgswap_abi_describe() says is what the header, the map and the library have,
# and every function that it names survives whatever it is given.

abi_tests = \
	%D%/hostile_arguments \
	%D%/luajit_and_cffi

abi_scripts = \
	%D%/definitions_agree.sh \
	%D%/32_bit.sh

check_PROGRAMS += $(abi_tests) %D%/describe
TESTS += $(abi_tests) $(abi_scripts)
EXTRA_DIST += $(abi_scripts) %D%/script.sh

%C%_hostile_arguments_SOURCES = \
	%D%/hostile_arguments.c \
	%D%/hostile.c %D%/hostile.h \
	%D%/hostile_fixture.c %D%/hostile_fixture.h \
	%D%/check_answer.c %D%/check_answer.h \
	%D%/text.c %D%/text.h
%C%_hostile_arguments_CPPFLAGS = $(AM_CPPFLAGS) $(FFI_CFLAGS)
%C%_hostile_arguments_LDADD = $(LDADD) $(FFI_LIBS)

%C%_describe_LDADD = src/libcgswap.la
