# SPDX-License-Identifier: BSD-2-Clause
#
# The library. README lists its modules, which are the folders. The convenience library has everything,
# for tests that call functions that are not exported; the library itself adds the symbol map.

noinst_LTLIBRARIES += %D%/libcgswap-core.la
%C%_libcgswap_core_la_SOURCES =
%C%_libcgswap_core_la_LIBADD = $(LIBBPF_LIBS) $(LIBELF_LIBS)

include %D%/base/local.mk
include %D%/kernel/local.mk
include %D%/rules/local.mk
include %D%/model/local.mk
include %D%/session/local.mk
include %D%/cgroup/local.mk
include %D%/program/local.mk
include %D%/object/local.mk
include %D%/load/local.mk
include %D%/explain/local.mk
include %D%/chain/local.mk
include %D%/find/local.mk
include %D%/journal/local.mk
include %D%/replace/local.mk
include %D%/abi/local.mk

lib_LTLIBRARIES += %D%/libcgswap.la
%C%_libcgswap_la_SOURCES =
%C%_libcgswap_la_LIBADD = %D%/libcgswap-core.la
# nodelete: callbacks, and the destructor of the last error, may run after a dlclose().
%C%_libcgswap_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined \
	-Wl,-z,nodelete -Wl,--version-script=$(srcdir)/%D%/abi/libcgswap.map
%C%_libcgswap_la_DEPENDENCIES = %D%/libcgswap-core.la %D%/abi/libcgswap.map

EXTRA_DIST += %D%/README
