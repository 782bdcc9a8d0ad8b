# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/chain_state.c \
	%D%/chain_state.h \
	%D%/left_pins.c \
	%D%/left_pins.h \
	%D%/recursive_request.c \
	%D%/recursive_request.h \
	%D%/replace.c \
	%D%/replace.h \
	%D%/replace_add.c \
	%D%/replace_add_entry.c \
	%D%/replace_add_object.c \
	%D%/replace_array.c \
	%D%/replace_bind.c \
	%D%/replace_check.c \
	%D%/replace_commit.c \
	%D%/replace_drain.c \
	%D%/replace_entry.c \
	%D%/replace_errors.c \
	%D%/replace_errors.h \
	%D%/replace_event.c \
	%D%/replace_gone.c \
	%D%/replace_group.c \
	%D%/replace_group.h \
	%D%/replace_hold.c \
	%D%/replace_journal.c \
	%D%/replace_link_safety.c \
	%D%/replace_object.c \
	%D%/replace_object.h \
	%D%/replace_object_attach.c \
	%D%/replace_pin.c \
	%D%/replace_preorder.c \
	%D%/replace_recover.c \
	%D%/replace_recover.h \
	%D%/replace_recover_look.c \
	%D%/replace_recover_pin.c \
	%D%/replace_recover_steps.c \
	%D%/replace_recursive.c \
	%D%/replace_recursive.h \
	%D%/replace_refresh.c \
	%D%/replace_request.c \
	%D%/replace_rollback.c \
	%D%/replace_step.c \
	%D%/replace_swap.c \
	%D%/replace_verify.c \
	%D%/replace_waves.c
