/* SPDX-License-Identifier: BSD-2-Clause */
/* Carries out a constant plan: sets the values in the object, and reports them. */
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "load/constant_internal.h"

bool constant_is_dropped(const struct constant_planning *planning, size_t index)
{
	const struct constant *old = &planning->old.constants.items[index];
	const struct constant_pair *was = &planning->was_pairs[index];

	if (planning->old_pairs[index].other || planning->old_pairs[index].divided)
		return false;
	if (planning->old.sections[old->map].state != CONSTANT_SECTION_NAMED)
		return false;
	if (was->other && constant_same_type(was->other, old))
		return !constant_same_value(was->other, old);
	return !constant_is_zero(old);
}

static bool constant_report_row(struct constant_report *report,
				const struct constant_planning *planning,
				const struct constant_row *row)
{
	struct reported_constant *item = &report->items[report->count++];
	struct constant changed = *row->constant;

	changed.section = planning->images[row->constant->map];
	item->name = strdup(row->constant->name);
	item->value = constant_text(&changed);
	item->file_value = constant_text(row->constant);
	item->old_value = row->old ? constant_text(row->old) : NULL;
	item->reason = row->reason;
	return item->name && item->value && item->file_value && (item->old_value || !row->old);
}

bool constant_report_dropped(struct constant_report *report, const struct constant *old)
{
	struct dropped_constant *item = &report->dropped[report->dropped_count++];

	item->name = strdup(old->name);
	item->value = constant_text(old);
	return item->name && item->value;
}

static bool constant_report_rows(struct constant_report *report,
				 const struct constant_planning *planning)
{
	size_t count = 0, dropped = 0;

	for (size_t i = 0; i < planning->new.constants.count; i++)
		count += planning->rows[i].reason != NULL;
	for (size_t i = 0; i < planning->old.constants.count; i++)
		dropped += constant_is_dropped(planning, i);
	if (!count && !dropped)
		return true;
	/* one more: calloc() of size 0 may return NULL */
	report->items = calloc(count + 1, sizeof(*report->items));
	report->dropped = calloc(dropped + 1, sizeof(*report->dropped));
	if (!report->items || !report->dropped)
		return false;
	for (size_t i = 0; i < planning->new.constants.count; i++)
		if (planning->rows[i].reason &&
		    !constant_report_row(report, planning, &planning->rows[i]))
			return false;
	for (size_t i = 0; i < planning->old.constants.count; i++)
		if (constant_is_dropped(planning, i) &&
		    !constant_report_dropped(report, &planning->old.constants.items[i]))
			return false;
	return true;
}

static bool constant_report_carried(struct constant_report *report,
				    const struct constant_planning *planning)
{
	size_t count = 0;

	for (size_t i = 0; i < planning->new.constants.count; i++)
		count += planning->rows && planning->rows[i].origin != CONSTANT_ORIGIN_FILE;
	if (!count)
		return true;
	report->carried = calloc(count, sizeof(*report->carried));
	if (!report->carried)
		return false;
	for (size_t i = 0; i < planning->new.constants.count; i++) {
		const struct constant_row *row = &planning->rows[i];
		struct carried_constant *item = &report->carried[report->carried_count];
		struct constant changed = *row->constant;

		if (row->origin == CONSTANT_ORIGIN_FILE)
			continue;
		report->carried_count++;
		changed.section = planning->images[changed.map];
		item->name = strdup(changed.name);
		item->value = constant_text(&changed);
		item->known = row->origin == CONSTANT_ORIGIN_SET;
		if (!item->name || !item->value)
			return false;
	}
	return true;
}

/* Sets the values in the object, and copies all of them unless they are the file's. */
static bool constant_set(struct constant_report *report, const struct constant_planning *planning)
{
	const struct constant_section *sections = planning->new.sections;
	bool changed = false;
	size_t size = 0;

	/* there are no constants */
	if (!planning->images)
		return true;
	for (size_t i = 0; i < planning->new.count; i++) {
		changed |= memcmp(planning->images[i], sections[i].bytes, sections[i].size) != 0;
		size += sections[i].size;
	}
	if (!changed)
		return true;
	report->image = malloc(size);
	if (!report->image)
		return false;
	for (size_t i = 0; i < planning->new.count; i++) {
		struct bpf_map *map = planning->reuse->kmaps[sections[i].index].map;

		memcpy(report->image + report->image_size, planning->images[i], sections[i].size);
		report->image_size += sections[i].size;
		if (bpf_map__set_initial_value(map, planning->images[i], sections[i].size))
			return false;
	}
	return true;
}

enum cgswap_status constant_make_report(struct constant_report **out,
					const struct constant_planning *planning)
{
	const struct program *old = planning->reuse->request.old;
	struct constant_report *report = constant_report_new();

	if (!report)
		return error_no_memory();
	report->old_id = old ? old->info.id : 0;
	if (!constant_report_rows(report, planning) || !constant_report_carried(report, planning) ||
	    !constant_set(report, planning)) {
		constant_report_unref(report);
		return error_no_memory();
	}
	*out = report;
	return CGSWAP_OK;
}
