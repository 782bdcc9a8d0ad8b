# SPDX-License-Identifier: BSD-2-Clause
#
# The ABI as data: what cgswap_abi_describe() says is what the header, the map and the library have,
# and every function that it names survives whatever it is given.

abi_tests = \
	%D%/every_function_survives_hostile_arguments \
	%D%/luajit_and_cffi_take_the_text

abi_scripts = \
	%D%/header_text_map_and_library_agree.sh \
	%D%/holds_on_32_bit.sh

check_PROGRAMS += $(abi_tests) %D%/describe
TESTS += $(abi_tests) $(abi_scripts)
EXTRA_DIST += $(abi_scripts) %D%/script.sh

%C%_every_function_survives_hostile_arguments_SOURCES = \
	%D%/every_function_survives_hostile_arguments.c \
	%D%/hostile.c %D%/hostile.h \
	%D%/hostile_scene.c %D%/hostile_scene.h \
	%D%/judge.c %D%/judge.h \
	%D%/text.c %D%/text.h
%C%_every_function_survives_hostile_arguments_CPPFLAGS = $(AM_CPPFLAGS) $(FFI_CFLAGS)
%C%_every_function_survives_hostile_arguments_LDADD = $(LDADD) $(FFI_LIBS)

%C%_describe_LDADD = src/libcgswap.la
