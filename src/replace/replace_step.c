/* SPDX-License-Identifier: BSD-2-Clause */
/* The getters of a step, and its destructor. */
#include "replace/replace.h"

#include <stdlib.h>

#include "base/getter.h"
#include "base/string_list.h"
#include "replace/replace_request.h"

#define STEP_GETTER(result, function, at, value, none)                                             \
	GETTER(result, function, cgswap_step, at, value, none)

void replace_shut_step(struct cgswap_step *step)
{
	replace_drop_link(step);
	if (step->target.made_link >= 0) {
		struct kernel *kernel = step->asked.chain->session->kernel;

		kernel->ops->close(kernel, step->target.made_link);
		step->target.made_link = -1;
	}
	program_shut(step->target.old);
	program_shut(step->new);
}

void replace_free_shut_step(struct cgswap_step *step)
{
	if (step->target.pin)
		free(step->target.pin->temp);
	free(step->target.pin);
	free(step->asked.pin);
	string_list_free(step->asked.map_choices);
	cgswap_chain_unref(step->asked.chain);
	program_free_shut(step->target.old);
	program_free_shut(step->new);
	constant_report_unref(step->constants);
	free(step->left_pins);
	free(step->asked.selector);
	free(step);
}

void replace_free_step(struct cgswap_step *step)
{
	replace_shut_step(step);
	replace_free_shut_step(step);
}

cgswap_chain *cgswap_step_get_chain(const cgswap_step *step)
{
	return step ? step->asked.chain : NULL;
}

size_t cgswap_step_get_position(const cgswap_step *step)
{
	if (!step)
		return 0;
	return step->target.position_known ? step->target.position : CGSWAP_POSITION_UNKNOWN;
}

uint32_t cgswap_step_get_old_id(const cgswap_step *step)
{
	return step && step->target.old ? step->target.old->info.id : 0;
}

uint32_t cgswap_step_get_new_id(const cgswap_step *step)
{
	return step && step->new ? step->new->info.id : 0;
}

enum cgswap_step_state cgswap_step_get_state(const cgswap_step *step)
{
	return step ? step->result.state : (enum cgswap_step_state)0;
}

bool cgswap_step_get_verified(const cgswap_step *step)
{
	return step && step->result.verified;
}

bool cgswap_step_get_certain(const cgswap_step *step)
{
	return step && !step->result.uncertain;
}

bool cgswap_step_get_probe_attached(const cgswap_step *step)
{
	return step && step->target.probe_attached;
}

enum cgswap_cause cgswap_step_get_cause(const cgswap_step *step)
{
	return step ? step->result.cause : CGSWAP_CAUSE_NONE;
}

uint32_t cgswap_step_get_link_id(const cgswap_step *step)
{
	return step ? step->target.link_id : 0;
}

enum cgswap_guard cgswap_step_get_guard(const cgswap_step *step)
{
	return step ? step->result.guard : CGSWAP_GUARD_NOT_DONE;
}

uint64_t cgswap_step_get_revision(const cgswap_step *step)
{
	return step ? step->result.revision : 0;
}

size_t cgswap_step_get_map_count(const cgswap_step *step)
{
	return step && step->new ? step->new->info.map_count : 0;
}

uint32_t cgswap_step_get_map_id(const cgswap_step *step, size_t index)
{
	return index < cgswap_step_get_map_count(step) ? step->new->info.map_ids[index] : 0;
}

const char *cgswap_step_get_map_name(const cgswap_step *step, size_t index)
{
	const struct program_map *map = step ? program_map_at(step->new, index) : NULL;

	return map ? map->name : "";
}

bool cgswap_step_get_map_kept(const cgswap_step *step, size_t index)
{
	uint32_t id = cgswap_step_get_map_id(step, index);

	if (!id || !step->target.old)
		return false;
	if (step->asked.of_object && program_map_at(step->new, index)->reused)
		return true;
	return program_uses_map(step->target.old, id);
}

static const char *reason_of_kept(const struct cgswap_step *step, size_t index,
				  const struct program_map *map)
{
	if (!program_uses_map(step->target.old, step->new->info.map_ids[index]))
		return "same map as another old program's";
	return map->reused ? map->reason : PROGRAM_MAP_SAME;
}

const char *cgswap_step_get_map_reason(const cgswap_step *step, size_t index)
{
	const struct program_map *map = step ? program_map_at(step->new, index) : NULL;

	if (!map)
		return "";
	if (cgswap_step_get_map_kept(step, index))
		return reason_of_kept(step, index, map);
	return map->reused ? "another program's map" : map->reason;
}

bool cgswap_step_get_map_timers_end(const cgswap_step *step, size_t index)
{
	const struct program_map *map = step ? program_map_at(step->new, index) : NULL;

	return map && map->timers_end;
}

size_t cgswap_step_get_dropped_map_count(const cgswap_step *step)
{
	return step && step->dropped_maps ? step->dropped_maps->count : 0;
}

static const struct dropped_map *step_dropped_map(const cgswap_step *step, size_t index)
{
	return step && step->dropped_maps ? dropped_maps_at(step->dropped_maps, index) : NULL;
}

STEP_GETTER(uint32_t, cgswap_step_get_dropped_map_id, step_dropped_map, it->id, 0)
STEP_GETTER(const char *, cgswap_step_get_dropped_map_name, step_dropped_map, it->name, "")

size_t cgswap_step_get_left_pin_count(const cgswap_step *step)
{
	return step && step->left_pins ? step->left_pins->count : 0;
}

const char *cgswap_step_get_left_pin_path(const cgswap_step *step, size_t index)
{
	return index < cgswap_step_get_left_pin_count(step) ? step->left_pins->pins[index].path
							    : "";
}

uint32_t cgswap_step_get_left_pin_map_id(const cgswap_step *step, size_t index)
{
	return index < cgswap_step_get_left_pin_count(step) ? step->left_pins->pins[index].map_id
							    : 0;
}

size_t cgswap_step_get_unpinned_map_count(const cgswap_step *step)
{
	return step && step->new ? string_list_count((const char *const *)step->new->unpinned_maps)
				 : 0;
}

const char *cgswap_step_get_unpinned_map_name(const cgswap_step *step, size_t index)
{
	return index < cgswap_step_get_unpinned_map_count(step) ? step->new->unpinned_maps[index]
								: "";
}

size_t cgswap_step_get_constant_count(const cgswap_step *step)
{
	return step && step->constants ? step->constants->count : 0;
}

static const struct reported_constant *step_constant(const cgswap_step *step, size_t index)
{
	return step ? constant_report_at(step->constants, index) : NULL;
}

STEP_GETTER(const char *, cgswap_step_get_constant_name, step_constant, it->name, "")
STEP_GETTER(const char *, cgswap_step_get_constant_value, step_constant, it->value, "")
STEP_GETTER(const char *, cgswap_step_get_constant_old_value, step_constant,
	    it->old_value ? it->old_value : "", "")
STEP_GETTER(const char *, cgswap_step_get_constant_file_value, step_constant,
	    it->file_value ? it->file_value : "", "")
STEP_GETTER(const char *, cgswap_step_get_constant_reason, step_constant, it->reason, "")

size_t cgswap_step_get_dropped_constant_count(const cgswap_step *step)
{
	return step && step->constants ? step->constants->dropped_count : 0;
}

static const struct dropped_constant *step_dropped_constant(const cgswap_step *step, size_t index)
{
	return step ? constant_report_dropped_at(step->constants, index) : NULL;
}

STEP_GETTER(const char *, cgswap_step_get_dropped_constant_name, step_dropped_constant, it->name,
	    "")
STEP_GETTER(const char *, cgswap_step_get_dropped_constant_value, step_dropped_constant, it->value,
	    "")
