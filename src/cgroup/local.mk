# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/cgroup.c \
	%D%/cgroup.h \
	%D%/cgroup_walk.c \
	%D%/link_scan.c \
	%D%/link_scan.h \
	%D%/plain_probe.c \
	%D%/plain_probe.h \
	%D%/preorder.c \
	%D%/preorder.h \
	%D%/preorder_order.c \
	%D%/preorder_order.h \
	%D%/snapshot.c \
	%D%/snapshot.h
