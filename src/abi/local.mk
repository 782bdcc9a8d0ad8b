# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/abi.c \
	%D%/abi.def

pkgconfig_DATA += %D%/libcgswap.pc
EXTRA_DIST += %D%/libcgswap.map
