# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/attach_type.c \
	%D%/attach_type.h \
	%D%/capability.c \
	%D%/capability.h \
	%D%/cgroup_path.c \
	%D%/cgroup_path.h \
	%D%/errno_error.c \
	%D%/errno_error.h \
	%D%/fd_pool.c \
	%D%/fd_pool.h \
	%D%/feature.c \
	%D%/feature.h \
	%D%/kernel.h \
	%D%/link_table.c \
	%D%/link_table.h \
	%D%/link_update_order.c \
	%D%/link_update_order.h \
	%D%/live.c \
	%D%/live.h \
	%D%/live_boot.c \
	%D%/live_bpffs.c \
	%D%/live_capability.c \
	%D%/live_cgroup.c \
	%D%/live_cgroup_make.c \
	%D%/live_deep_path.c \
	%D%/live_denied.c \
	%D%/live_drain.c \
	%D%/live_fd.c \
	%D%/live_holder.c \
	%D%/live_info.c \
	%D%/live_load.c \
	%D%/live_memory.c \
	%D%/live_mounts.c \
	%D%/live_pin.c \
	%D%/live_pin_directory.c \
	%D%/map_fd.c \
	%D%/map_fd.h \
	%D%/policy.c \
	%D%/policy.h \
	%D%/probe_program.c \
	%D%/probe_program.h \
	%D%/scratch_cgroup.c \
	%D%/scratch_cgroup.h \
	%D%/scratch_order.c \
	%D%/scratch_order.h
