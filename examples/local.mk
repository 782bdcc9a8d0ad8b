# SPDX-License-Identifier: BSD-2-Clause
#
# Small programs that show the C API, the demo, and BPF programs for trying out the command. `make all`
# builds them; they are not installed.

noinst_PROGRAMS += \
	%D%/deploy \
	%D%/list \
	%D%/swap \
	%D%/swap_in_waves \
	%D%/swap_on_the_model \
	%D%/unit_test
if BUILD_COMMAND
noinst_PROGRAMS += %D%/swap_under_traffic
endif

%C%_deploy_LDADD = src/libcgswap.la
%C%_list_LDADD = src/libcgswap.la
%C%_swap_LDADD = src/libcgswap.la
%C%_swap_in_waves_LDADD = src/libcgswap.la $(LIBBPF_LIBS)
%C%_swap_on_the_model_LDADD = src/libcgswap.la
%C%_unit_test_LDADD = src/libcgswap.la

# The example of a test is one of ours.
TESTS += %D%/unit_test

# The demo uses the fixtures of the tests for scratch cgroups and traffic.
%C%_swap_under_traffic_SOURCES = \
	%D%/swap_under_traffic.c \
	%D%/swap_under_traffic.h
%C%_swap_under_traffic_CPPFLAGS = $(AM_CPPFLAGS) \
	-DDEMO_OBJECT='"$(abs_top_builddir)/%D%/swap_under_traffic.bpf.o"'
%C%_swap_under_traffic_LDADD = tests/libtest.la src/libcgswap.la $(LIBBPF_LIBS) $(JANSSON_LIBS)

example_objects = \
	%D%/counter.bpf.o \
	%D%/firewall_v1.bpf.o \
	%D%/firewall_v2.bpf.o \
	%D%/policy_v1.bpf.o \
	%D%/policy_v2.bpf.o \
	%D%/swap_under_traffic.bpf.o

BPF_OBJS += $(example_objects)
EXTRA_DIST += %D%/firewall.bpf.h %D%/policy.bpf.h
if HAVE_BPF_CLANG
noinst_DATA += $(example_objects)
endif

# These use the text of cgswap_abi_describe() instead of a header or module.
EXTRA_DIST += \
	%D%/abi_cffi.py \
	%D%/abi_luajit.lua

# In Python; the tests run them.
EXTRA_DIST += \
	%D%/deploy.py \
	%D%/dry_run.py \
	%D%/list.py \
	%D%/roll_back.py \
	%D%/swap.py \
	%D%/swap_many.py \
	%D%/thread_pool.py \
	%D%/try_out.py \
	%D%/unit_test.py \
	%D%/with_asyncio.py

# In Lua; the tests run them.
EXTRA_DIST += \
	%D%/deploy.lua \
	%D%/dry_run.lua \
	%D%/list.lua \
	%D%/roll_back.lua \
	%D%/swap.lua \
	%D%/swap_many.lua \
	%D%/try_out.lua \
	%D%/unit_test.lua
