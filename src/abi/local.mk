# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/abi.c \
	%D%/abi.def

# The fields, for the command and the bindings; not a part of the library.
noinst_LTLIBRARIES += %D%/libfields.la
%C%_libfields_la_SOURCES = \
	%D%/fields.c \
	%D%/fields.def \
	%D%/fields.h

pkgconfig_DATA += %D%/libcgswap.pc
EXTRA_DIST += %D%/libcgswap.map
