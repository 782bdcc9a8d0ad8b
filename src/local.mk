# SPDX-License-Identifier: BSD-2-Clause
# The library. Everything is in the convenience library, which tests of insides link; the library
# itself adds the symbol map.

noinst_LTLIBRARIES += %D%/libcgswap-core.la
%C%_libcgswap_core_la_SOURCES = \
	%D%/abi.c %D%/abi.def \
	%D%/attach_type.c %D%/attach_type.h \
	%D%/cause.c %D%/causes.def \
	%D%/cgroup.c %D%/cgroup.h \
	%D%/chain.c %D%/chain.h \
	%D%/chain_attach.c %D%/chain_bind.c %D%/chain_bind.h %D%/chain_detach.c \
	%D%/chain_find.c %D%/chain_find.h %D%/chain_place.c %D%/chain_place.h \
	%D%/entry.c \
	%D%/declared.c %D%/declared.h \
	%D%/error.c %D%/error.h \
	%D%/explain.c %D%/explain.h %D%/explain_beyond.c %D%/explain_found.c \
	%D%/explain_words.c %D%/explain_words.h \
	%D%/facts.c %D%/facts.h \
	%D%/feature.c %D%/feature.h \
	%D%/handle.c %D%/handle.h \
	%D%/handover.c %D%/handover.h %D%/handover_load.c %D%/handover_nested.c %D%/handover_share.c \
	%D%/heir.c %D%/heir.h \
	%D%/inspect.c %D%/inspect.h \
	%D%/kernel.h \
	%D%/kernel_live.c %D%/kernel_live.h %D%/kernel_live_drain.c \
	%D%/kernel_live_files.c %D%/kernel_live_info.c %D%/kernel_live_scratch.c \
	%D%/kernel_model.c %D%/kernel_model.h %D%/kernel_model_world.h \
	%D%/kernel_model_chains.c \
	%D%/kernel_model_files.c \
	%D%/kernel_model_maps.c \
	%D%/kernel_model_objects.c \
	%D%/kernel_model_seed.c \
	%D%/kernel_model_tree.c \
	%D%/layout.c %D%/layout.h \
	%D%/legacy.c %D%/legacy.h \
	%D%/libbpf_log.c %D%/libbpf_log.h \
	%D%/links.c %D%/links.h \
	%D%/loads.c %D%/loads.h %D%/loads_old.c %D%/loads_old.h \
	%D%/lost.c %D%/lost.h \
	%D%/map_pin.c %D%/map_pin.h \
	%D%/metadata.c %D%/metadata.h %D%/metadata_value.c \
	%D%/number.c %D%/number.h \
	%D%/object.c %D%/object.h \
	%D%/object_btf.c %D%/object_choose.c %D%/object_elf.c %D%/object_elf.h \
	%D%/object_file.c %D%/object_fill.c %D%/object_handle.c \
	%D%/options.c %D%/options.h \
	%D%/pin.c %D%/pin.h \
	%D%/preorder.c %D%/preorder.h \
	%D%/privilege.c %D%/privilege.h \
	%D%/program.c %D%/program.h %D%/program_handle.c \
	%D%/replace.c %D%/replace.h \
	%D%/replace_add.c %D%/replace_bind.c %D%/replace_commit.c %D%/replace_drain.c \
	%D%/replace_link.c %D%/replace_pin.c %D%/replace_settle.c %D%/replace_swap.c \
	%D%/replace_verify.c \
	%D%/rules.c %D%/rules.h \
	%D%/rules_check.c %D%/rules_check.h \
	%D%/rules_link.c \
	%D%/rules_place.c %D%/rules_place.h \
	%D%/rules_query.c \
	%D%/trial.c %D%/trial.h \
	%D%/selector.c %D%/selector.h \
	%D%/session.c %D%/session.h \
	%D%/session_feature.c %D%/session_log.c %D%/session_log.h \
	%D%/snapshot.c %D%/snapshot.h \
	%D%/source.c %D%/source.h \
	%D%/text.c %D%/text.h \
	%D%/types.c %D%/types.h \
	%D%/walk.c
%C%_libcgswap_core_la_LIBADD = $(LIBBPF_LIBS) $(LIBELF_LIBS)

lib_LTLIBRARIES += %D%/libcgswap.la
%C%_libcgswap_la_SOURCES =
%C%_libcgswap_la_LIBADD = %D%/libcgswap-core.la
# nodelete: callbacks and the last error's destructor must outlive a dlclose()
%C%_libcgswap_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined \
	-Wl,-z,nodelete -Wl,--version-script=$(srcdir)/%D%/libcgswap.map
%C%_libcgswap_la_DEPENDENCIES = %D%/libcgswap-core.la %D%/libcgswap.map

pkgconfig_DATA += %D%/libcgswap.pc
EXTRA_DIST += %D%/libcgswap.map
