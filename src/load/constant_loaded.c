/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/constant_loaded.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "load/constant_internal.h"

static const char LOADED_ALREADY[] = "its own: the program is loaded already";

struct loaded_side {
	struct program_maps maps;
	struct constant_side side;
	struct constant_pair *pairs; /* with the other side */
};

/* Without the privilege to open the maps by id, the side has no constants. */
static enum cgswap_status loaded_read(struct loaded_side *out, const struct program *program,
				      struct btf_memo *btfs)
{
	int err = program_maps_try_open(&out->maps, program, btfs);
	enum cgswap_status status;

	if (error_is_exhaustion(err))
		return program_maps_error(program, err);
	status = constant_side_reserve(&out->side, program->info.map_count);
	if (!status)
		status = constant_read_program(&out->side, program, &out->maps);
	if (status)
		return status;
	/* one more: calloc() of size 0 may return NULL */
	out->pairs = calloc(out->side.constants.count + 1, sizeof(*out->pairs));
	return out->pairs ? CGSWAP_OK : error_no_memory();
}

static void loaded_free(struct loaded_side *side)
{
	if (!side)
		return;
	free(side->pairs);
	constant_side_free(&side->side);
	program_maps_close(&side->maps);
	free(side);
}

static struct loaded_side *loaded_new(void)
{
	struct loaded_side *side = malloc(sizeof(*side));

	if (!side)
		return NULL;
	program_maps_begin(&side->maps);
	side->side = (struct constant_side){ 0 };
	side->pairs = NULL;
	return side;
}

static bool loaded_is_dropped(const struct loaded_side *old, size_t index)
{
	return !old->pairs[index].other && !old->pairs[index].divided &&
	       !constant_is_zero(&old->side.constants.items[index]);
}

static bool loaded_report_one(struct constant_report *report, const struct constant *constant,
			      const struct constant *old)
{
	struct reported_constant *item = &report->items[report->count++];

	item->name = strdup(constant->name);
	item->value = constant_text(constant);
	item->old_value = constant_text(old);
	item->reason = LOADED_ALREADY;
	return item->name && item->value && item->old_value;
}

/* Fills a report with what differs; false: there was no memory for all of it. */
static bool loaded_fill(struct constant_report *report, const struct loaded_side *old,
			const struct loaded_side *new)
{
	const struct constants *ours = &new->side.constants, *theirs = &old->side.constants;
	bool ok;

	report->compared = true;
	report->items = calloc(ours->count + 1, sizeof(*report->items));
	report->dropped = calloc(theirs->count + 1, sizeof(*report->dropped));
	ok = report->items && report->dropped;
	for (size_t i = 0; i < ours->count && ok; i++)
		if (new->pairs[i].other && !constant_same(&ours->items[i], new->pairs[i].other))
			ok = loaded_report_one(report, &ours->items[i], new->pairs[i].other);
	for (size_t i = 0; i < theirs->count && ok; i++)
		if (loaded_is_dropped(old, i))
			ok = constant_report_dropped(report, &theirs->items[i]);
	return ok;
}

static enum cgswap_status loaded_report(struct constant_report **out, const struct program *old,
					const struct loaded_side *old_side,
					const struct loaded_side *new_side)
{
	struct constant_report *report;

	/* the constants of one side alone would all seem to be dropped */
	if (old_side->side.unreadable || new_side->side.unreadable)
		return CGSWAP_OK;
	if (constant_pair_all(new_side->pairs, &new_side->side.constants, old_side->pairs,
			      &old_side->side.constants))
		return error_no_memory();
	report = constant_report_new();
	if (!report)
		return error_no_memory();
	report->old_id = old->info.id;
	if (!loaded_fill(report, old_side, new_side)) {
		constant_report_unref(report);
		return error_no_memory();
	}
	if (report->count || report->dropped_count)
		*out = report;
	else
		constant_report_unref(report);
	return CGSWAP_OK;
}

enum cgswap_status constant_compare_loaded(struct constant_report **out, const struct program *old,
					   const struct program *new, struct btf_memo *btfs)
{
	/* they are large */
	struct loaded_side *old_side = loaded_new(), *new_side = loaded_new();
	enum cgswap_status status = old_side && new_side ? CGSWAP_OK : error_no_memory();

	*out = NULL;
	if (!status)
		status = loaded_read(old_side, old, btfs);
	if (!status)
		status = loaded_read(new_side, new, btfs);
	if (!status)
		status = loaded_report(out, old, old_side, new_side);
	loaded_free(old_side);
	loaded_free(new_side);
	return status;
}
