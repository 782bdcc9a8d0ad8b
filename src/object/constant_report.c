/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/constant_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_index.h"

struct constant_report *constant_report_new(void)
{
	struct constant_report *report = calloc(1, sizeof(*report));

	if (report)
		atomic_init(&report->refs, 1);
	return report;
}

struct constant_report *constant_report_ref(struct constant_report *report)
{
	if (report)
		atomic_fetch_add(&report->refs, 1);
	return report;
}

void constant_report_unref(struct constant_report *report)
{
	if (!report || atomic_fetch_sub(&report->refs, 1) != 1)
		return;
	for (size_t i = 0; i < report->count; i++) {
		free(report->items[i].name);
		free(report->items[i].value);
		free(report->items[i].old_value);
		free(report->items[i].file_value);
	}
	for (size_t i = 0; i < report->dropped_count; i++) {
		free(report->dropped[i].name);
		free(report->dropped[i].value);
	}
	for (size_t i = 0; i < report->carried_count; i++) {
		free(report->carried[i].name);
		free(report->carried[i].value);
	}
	free(report->carried);
	free(report->items);
	free(report->dropped);
	free(report->image);
	free(report);
}

static bool constant_report_same_carried(const struct constant_report *a,
					 const struct constant_report *b)
{
	if (a->carried_count != b->carried_count)
		return false;
	for (size_t i = 0; i < a->carried_count; i++)
		if (a->carried[i].known != b->carried[i].known ||
		    strcmp(a->carried[i].name, b->carried[i].name) != 0)
			return false;
	return true;
}

bool constant_report_same(const struct constant_report *a, const struct constant_report *b)
{
	return a->image_size == b->image_size && constant_report_same_carried(a, b) &&
	       (!a->image_size || memcmp(a->image, b->image, a->image_size) == 0);
}

uint64_t constant_report_hash(const struct constant_report *report)
{
	return hash_bytes(report->image, report->image_size);
}

const struct reported_constant *constant_report_at(const struct constant_report *report,
						   size_t index)
{
	return report && index < report->count ? &report->items[index] : NULL;
}

const struct dropped_constant *constant_report_dropped_at(const struct constant_report *report,
							  size_t index)
{
	return report && index < report->dropped_count ? &report->dropped[index] : NULL;
}
