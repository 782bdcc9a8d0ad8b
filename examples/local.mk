# SPDX-License-Identifier: BSD-2-Clause
#
# Small programs that show the C API; the demo; and BPF programs to try the command with. Built
# with the rest, never installed.

noinst_PROGRAMS += %D%/list %D%/swap %D%/swap_on_the_model %D%/swap_under_traffic

%C%_list_LDADD = src/libcgswap.la
%C%_swap_LDADD = src/libcgswap.la
%C%_swap_on_the_model_LDADD = src/libcgswap.la

# The demo takes its scratch cgroups and its traffic from the fixtures of the tests.
%C%_swap_under_traffic_SOURCES = %D%/swap_under_traffic.c %D%/swap_under_traffic.h
%C%_swap_under_traffic_CPPFLAGS = $(AM_CPPFLAGS) \
	-DDEMO_OBJECT='"$(abs_top_builddir)/%D%/swap_under_traffic.bpf.o"'
%C%_swap_under_traffic_LDADD = tests/libtest.la src/libcgswap.la $(LIBBPF_LIBS) $(JANSSON_LIBS)

example_objects = \
	%D%/counter.bpf.o \
	%D%/firewall_v1.bpf.o \
	%D%/firewall_v2.bpf.o \
	%D%/swap_under_traffic.bpf.o

BPF_OBJS += $(example_objects)
EXTRA_DIST += %D%/firewall.bpf.h
if HAVE_BPF_CLANG
noinst_DATA += $(example_objects)
endif

# These bind the library by what cgswap_abi_describe() says: neither header nor module is needed.
EXTRA_DIST += %D%/abi_cffi.py %D%/abi_luajit.lua

# The same in Python, which the tests run.
EXTRA_DIST += %D%/list.py %D%/swap.py %D%/dry_run.py %D%/roll_back.py %D%/swap_many.py \
	%D%/try_out.py

# And in Lua.
EXTRA_DIST += %D%/list.lua %D%/swap.lua %D%/dry_run.lua %D%/roll_back.lua %D%/swap_many.lua \
	%D%/try_out.lua
