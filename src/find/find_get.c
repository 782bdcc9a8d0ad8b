/* SPDX-License-Identifier: BSD-2-Clause */
/* The getters of what was found. */
#include <bpf/libbpf.h>

#include "base/getter.h"
#include "find/find.h"

/* A list has a function for its elements, and a getter of their number. */
#define FIND_LIST(type, list, at, get_count)                                                       \
	static const type *at(const cgswap_find *find, size_t index)                               \
	{                                                                                          \
		return find ? FIND_AT(find_list_of(find, &find->list), const type, index) : NULL;  \
	}                                                                                          \
	size_t get_count(const cgswap_find *find)                                                  \
	{                                                                                          \
		return find ? find_list_of(find, &find->list)->count : 0;                          \
	}

#define FIND_GETTER(result, function, at, value, none)                                             \
	GETTER(result, function, cgswap_find, at, value, none)

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

FIND_LIST(struct find_program, programs, find_program_at, cgswap_find_get_program_count)
FIND_GETTER(uint32_t, cgswap_find_get_program_id, find_program_at, it->id, 0)
FIND_GETTER(const char *, cgswap_find_get_program_name, find_program_at, it->name, "")
FIND_GETTER(const char *, cgswap_find_get_program_tag, find_program_at, it->tag, "")
FIND_GETTER(const char *, cgswap_find_get_program_type, find_program_at, find_type_name(it->type),
	    "")

FIND_LIST(struct find_entry, entries, find_entry_at, cgswap_find_get_entry_count)
FIND_GETTER(const char *, cgswap_find_get_entry_cgroup, find_entry_at, it->cgroup, "")
FIND_GETTER(uint64_t, cgswap_find_get_entry_cgroup_id, find_entry_at, it->cgroup_id, 0)
FIND_GETTER(const char *, cgswap_find_get_entry_attach_type, find_entry_at, it->type->name, "")
FIND_GETTER(size_t, cgswap_find_get_entry_position, find_entry_at, it->position, 0)
FIND_GETTER(uint32_t, cgswap_find_get_entry_program_id, find_entry_at, it->program_id, 0)
FIND_GETTER(uint32_t, cgswap_find_get_entry_link_id, find_entry_at, it->link_id, 0)

FIND_LIST(struct find_link, links, find_link_at, cgswap_find_get_link_count)
FIND_GETTER(uint32_t, cgswap_find_get_link_id, find_link_at, it->id, 0)
FIND_GETTER(uint32_t, cgswap_find_get_link_program_id, find_link_at, it->program_id, 0)
FIND_GETTER(const char *, cgswap_find_get_link_attach_type, find_link_at,
	    it->type ? it->type->name : "", "")
FIND_GETTER(uint64_t, cgswap_find_get_link_cgroup_id, find_link_at, it->cgroup_id, 0)

FIND_LIST(struct find_pin, pins, find_pin_at, cgswap_find_get_pin_count)
FIND_GETTER(const char *, cgswap_find_get_pin_path, find_pin_at, it->path, "")
FIND_GETTER(uint32_t, cgswap_find_get_pin_program_id, find_pin_at, it->program_id, 0)
FIND_GETTER(uint32_t, cgswap_find_get_pin_link_id, find_pin_at, it->link_id, 0)

FIND_LIST(struct find_process, processes, find_process_at, cgswap_find_get_process_count)
FIND_GETTER(uint32_t, cgswap_find_get_process_id, find_process_at, it->process, 0)
FIND_GETTER(const char *, cgswap_find_get_process_command, find_process_at, it->command, "")
FIND_GETTER(uint32_t, cgswap_find_get_process_program_id, find_process_at, it->program_id, 0)
FIND_GETTER(uint32_t, cgswap_find_get_process_link_id, find_process_at, it->link_id, 0)

FIND_LIST(struct find_unread, unread, find_unread_at, cgswap_find_get_unread_count)
FIND_GETTER(const char *, cgswap_find_get_unread_list, find_unread_at, it->list, "")
FIND_GETTER(const char *, cgswap_find_get_unread_reason, find_unread_at, it->reason, "")
