/* SPDX-License-Identifier: BSD-2-Clause */
/* The getters of what was found. */
#include <bpf/libbpf.h>

#include "find/find.h"

static const char *find_type_name(uint32_t type)
{
	const char *name = type ? libbpf_bpf_prog_type_str((enum bpf_prog_type)type) : NULL;

	return name ? name : "";
}

/* An empty list for NULL and for a closed handle. */
static const struct find_list *find_list_of(const cgswap_find *find, const struct find_list *list)
{
	static const struct find_list nothing;

	return find && handle_is_open(&find->handle) ? list : &nothing;
}

static const struct find_program *find_program_at(const cgswap_find *find, size_t index)
{
	return find ? FIND_AT(find_list_of(find, &find->programs), const struct find_program, index)
		    : NULL;
}

size_t cgswap_find_get_program_count(const cgswap_find *find)
{
	return find ? find_list_of(find, &find->programs)->count : 0;
}

uint32_t cgswap_find_get_program_id(const cgswap_find *find, size_t index)
{
	const struct find_program *program = find_program_at(find, index);

	return program ? program->id : 0;
}

const char *cgswap_find_get_program_name(const cgswap_find *find, size_t index)
{
	const struct find_program *program = find_program_at(find, index);

	return program ? program->name : "";
}

const char *cgswap_find_get_program_tag(const cgswap_find *find, size_t index)
{
	const struct find_program *program = find_program_at(find, index);

	return program ? program->tag : "";
}

const char *cgswap_find_get_program_type(const cgswap_find *find, size_t index)
{
	const struct find_program *program = find_program_at(find, index);

	return program ? find_type_name(program->type) : "";
}

static const struct find_entry *find_entry_at(const cgswap_find *find, size_t index)
{
	return find ? FIND_AT(find_list_of(find, &find->entries), const struct find_entry, index)
		    : NULL;
}

size_t cgswap_find_get_entry_count(const cgswap_find *find)
{
	return find ? find_list_of(find, &find->entries)->count : 0;
}

const char *cgswap_find_get_entry_cgroup(const cgswap_find *find, size_t index)
{
	const struct find_entry *entry = find_entry_at(find, index);

	return entry ? entry->cgroup : "";
}

uint64_t cgswap_find_get_entry_cgroup_id(const cgswap_find *find, size_t index)
{
	const struct find_entry *entry = find_entry_at(find, index);

	return entry ? entry->cgroup_id : 0;
}

const char *cgswap_find_get_entry_attach_type(const cgswap_find *find, size_t index)
{
	const struct find_entry *entry = find_entry_at(find, index);

	return entry ? entry->type->name : "";
}

size_t cgswap_find_get_entry_position(const cgswap_find *find, size_t index)
{
	const struct find_entry *entry = find_entry_at(find, index);

	return entry ? entry->position : 0;
}

uint32_t cgswap_find_get_entry_program_id(const cgswap_find *find, size_t index)
{
	const struct find_entry *entry = find_entry_at(find, index);

	return entry ? entry->program_id : 0;
}

uint32_t cgswap_find_get_entry_link_id(const cgswap_find *find, size_t index)
{
	const struct find_entry *entry = find_entry_at(find, index);

	return entry ? entry->link_id : 0;
}

static const struct find_link *find_link_at(const cgswap_find *find, size_t index)
{
	return find ? FIND_AT(find_list_of(find, &find->links), const struct find_link, index)
		    : NULL;
}

size_t cgswap_find_get_link_count(const cgswap_find *find)
{
	return find ? find_list_of(find, &find->links)->count : 0;
}

uint32_t cgswap_find_get_link_id(const cgswap_find *find, size_t index)
{
	const struct find_link *link = find_link_at(find, index);

	return link ? link->id : 0;
}

uint32_t cgswap_find_get_link_program_id(const cgswap_find *find, size_t index)
{
	const struct find_link *link = find_link_at(find, index);

	return link ? link->program_id : 0;
}

const char *cgswap_find_get_link_attach_type(const cgswap_find *find, size_t index)
{
	const struct find_link *link = find_link_at(find, index);

	return link && link->type ? link->type->name : "";
}

uint64_t cgswap_find_get_link_cgroup_id(const cgswap_find *find, size_t index)
{
	const struct find_link *link = find_link_at(find, index);

	return link ? link->cgroup_id : 0;
}

static const struct find_pin *find_pin_at(const cgswap_find *find, size_t index)
{
	return find ? FIND_AT(find_list_of(find, &find->pins), const struct find_pin, index) : NULL;
}

size_t cgswap_find_get_pin_count(const cgswap_find *find)
{
	return find ? find_list_of(find, &find->pins)->count : 0;
}

const char *cgswap_find_get_pin_path(const cgswap_find *find, size_t index)
{
	const struct find_pin *pin = find_pin_at(find, index);

	return pin ? pin->path : "";
}

uint32_t cgswap_find_get_pin_program_id(const cgswap_find *find, size_t index)
{
	const struct find_pin *pin = find_pin_at(find, index);

	return pin ? pin->program_id : 0;
}

uint32_t cgswap_find_get_pin_link_id(const cgswap_find *find, size_t index)
{
	const struct find_pin *pin = find_pin_at(find, index);

	return pin ? pin->link_id : 0;
}

static const struct find_process *find_process_at(const cgswap_find *find, size_t index)
{
	return find ? FIND_AT(find_list_of(find, &find->processes), const struct find_process,
			      index)
		    : NULL;
}

size_t cgswap_find_get_process_count(const cgswap_find *find)
{
	return find ? find_list_of(find, &find->processes)->count : 0;
}

uint32_t cgswap_find_get_process_id(const cgswap_find *find, size_t index)
{
	const struct find_process *process = find_process_at(find, index);

	return process ? process->process : 0;
}

const char *cgswap_find_get_process_command(const cgswap_find *find, size_t index)
{
	const struct find_process *process = find_process_at(find, index);

	return process ? process->command : "";
}

uint32_t cgswap_find_get_process_program_id(const cgswap_find *find, size_t index)
{
	const struct find_process *process = find_process_at(find, index);

	return process ? process->program_id : 0;
}

uint32_t cgswap_find_get_process_link_id(const cgswap_find *find, size_t index)
{
	const struct find_process *process = find_process_at(find, index);

	return process ? process->link_id : 0;
}

static const struct find_unread *find_unread_at(const cgswap_find *find, size_t index)
{
	return find ? FIND_AT(find_list_of(find, &find->unread), const struct find_unread, index)
		    : NULL;
}

size_t cgswap_find_get_unread_count(const cgswap_find *find)
{
	return find ? find_list_of(find, &find->unread)->count : 0;
}

const char *cgswap_find_get_unread_list(const cgswap_find *find, size_t index)
{
	const struct find_unread *unread = find_unread_at(find, index);

	return unread ? unread->list : "";
}

const char *cgswap_find_get_unread_reason(const cgswap_find *find, size_t index)
{
	const struct find_unread *unread = find_unread_at(find, index);

	return unread ? unread->reason : "";
}
