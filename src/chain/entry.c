/* SPDX-License-Identifier: BSD-2-Clause */
/* The getters of an entry; chain_describe.c reads the values. */
#include <bpf/libbpf.h>
#include <errno.h>

#include "chain/chain.h"

static const struct entry_program *entry_program_of(const cgswap_entry *entry)
{
	return entry ? entry->program : NULL;
}

size_t cgswap_entry_get_position(const cgswap_entry *entry)
{
	return entry ? entry->position : 0;
}

uint32_t cgswap_entry_get_id(const cgswap_entry *entry)
{
	return entry ? entry->id : 0;
}

const char *cgswap_entry_get_name(const cgswap_entry *entry)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? program->name : "";
}

const char *cgswap_entry_get_tag(const cgswap_entry *entry)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? program->tag : "";
}

const char *cgswap_entry_get_type(const cgswap_entry *entry)
{
	const char *name = NULL;

	if (entry && entry->program)
		name = libbpf_bpf_prog_type_str((enum bpf_prog_type)entry->program->info.type);
	return name ? name : "";
}

uint32_t cgswap_entry_get_link_id(const cgswap_entry *entry)
{
	return entry ? entry->link_id : 0;
}

enum cgswap_preorder cgswap_entry_get_preorder(const cgswap_entry *entry)
{
	return entry ? entry->preorder : CGSWAP_PREORDER_DEFAULT;
}

const char *cgswap_entry_get_reason(const cgswap_entry *entry)
{
	switch (entry ? entry->errnum : 0) {
	case 0:
		return "";
	case ENOENT:
		return "ENOENT: it was freed after the chain was read";
	case EPERM:
		return "EPERM: a capability is missing, or a security policy forbids to open it";
	case EACCES:
		return "EACCES: a security policy forbids to open it";
	case ENOSYS:
		return "ENOSYS: a seccomp filter forbids to open it";
	default:
		return cgswap_errno_get_name(entry->errnum);
	}
}

int64_t cgswap_entry_get_loaded_at(const cgswap_entry *entry)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? program->info.loaded_at : 0;
}

uint32_t cgswap_entry_get_uid(const cgswap_entry *entry)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? program->info.uid : 0;
}

size_t cgswap_entry_get_map_count(const cgswap_entry *entry)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? program->info.map_count : 0;
}

uint32_t cgswap_entry_get_map_id(const cgswap_entry *entry, size_t index)
{
	return index < cgswap_entry_get_map_count(entry) ? entry->program->info.map_ids[index] : 0;
}

uint64_t cgswap_entry_get_run_count(const cgswap_entry *entry)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? program->info.run_count : 0;
}

uint64_t cgswap_entry_get_run_time_ns(const cgswap_entry *entry)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? program->info.run_time_ns : 0;
}

size_t cgswap_entry_get_metadata_count(const cgswap_entry *entry)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? program->metadata.count : 0;
}

const char *cgswap_entry_get_metadata_name(const cgswap_entry *entry, size_t index)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? metadata_name(&program->metadata, index) : "";
}

const char *cgswap_entry_get_metadata_value(const cgswap_entry *entry, size_t index)
{
	const struct entry_program *program = entry_program_of(entry);

	return program ? metadata_value(&program->metadata, index) : "";
}
