/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_cells.h"
#include "run_count.h"
#include "time_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void cell_text(struct table *table, const char *text)
{
	table_put(table, *text ? text : "-");
}

void cell_number(struct table *table, uint64_t number)
{
	if (number)
		table_put_number(table, number);
	else
		table_put(table, "-");
}

static const char *entry_version(const cgswap_entry *entry)
{
	size_t i;

	for (i = 0; i < cgswap_entry_get_metadata_count(entry); i++) {
		if (strcmp(cgswap_entry_get_metadata_name(entry, i), "version") == 0)
			return cgswap_entry_get_metadata_value(entry, i);
	}
	return "";
}

void cell_write_name(char *buffer, size_t size, const char *name, const char *version)
{
	snprintf(buffer, size, "%s%s%s", *name ? name : "-", *version ? " " : "", version);
}

void cell_write_entry_name(char *buffer, size_t size, const cgswap_entry *entry)
{
	cell_write_name(buffer, size, cgswap_entry_get_name(entry), entry_version(entry));
}

void cell_name(struct table *table, const cgswap_entry *entry)
{
	const char *reason = cgswap_entry_get_reason(entry);
	char name[1024];

	cell_write_entry_name(name, sizeof(name), entry);
	/* the errno that the reason begins with */
	if (*reason)
		snprintf(name, sizeof(name), "- (%.*s)", (int)strcspn(reason, ":"), reason);
	table_put(table, name);
}

/*
 * The kernel accepts a program twice in a chain only if a link holds one of the two entries. If no
 * link is known then, the entry that it holds is not known either.
 */
static bool link_is_unknown(const cgswap_chain *chain, const cgswap_entry *entry)
{
	uint32_t id = cgswap_entry_get_id(entry);
	const cgswap_entry *other;
	size_t i, count = 0;

	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		other = cgswap_chain_get_entry(chain, i);
		if (cgswap_entry_get_id(other) != id)
			continue;
		if (cgswap_entry_get_link_id(other))
			return false;
		count++;
	}
	return count > 1;
}

void cell_link(struct table *table, const cgswap_chain *chain, const cgswap_entry *entry)
{
	if (link_is_unknown(chain, entry))
		table_put(table, "?");
	else
		cell_number(table, cgswap_entry_get_link_id(entry));
}

/* The buffer holds the ids of 64 maps, the kernel's limit for a program. */
void cell_maps(struct table *table, const cgswap_entry *entry)
{
	char ids[64 * 11 + 4] = "";
	size_t count = cgswap_entry_get_map_count(entry), used = 0, i;

	for (i = 0; i < count && used < sizeof(ids) - 16; i++)
		used += (size_t)sprintf(ids + used, "%s%" PRIu32, i ? "," : "",
					cgswap_entry_get_map_id(entry, i));
	if (i < count)
		strcpy(ids + used, ",...");
	cell_text(table, ids);
}

void cell_runs(struct table *table, const cgswap_entry *entry)
{
	if (run_count_is_known(cgswap_entry_get_run_count(entry))) {
		table_put_number(table, cgswap_entry_get_run_count(entry));
		table_put_number(table, cgswap_entry_get_run_time_ns(entry));
	} else {
		table_put(table, "-");
		table_put(table, "-");
	}
}

void cell_uid(struct table *table, const cgswap_entry *entry)
{
	if (*cgswap_entry_get_type(entry))
		table_put_number(table, cgswap_entry_get_uid(entry));
	else
		table_put(table, "-");
}

void cell_time(struct table *table, int64_t seconds)
{
	char when[TIME_SIZE];

	cell_text(table, time_text(when, seconds));
}

void cell_mode(struct table *table, const cgswap_chain *chain)
{
	cell_text(table, cgswap_mode_get_name(cgswap_chain_get_mode(chain)));
}

void cell_preorder(struct table *table, const cgswap_entry *entry)
{
	const char *name = cgswap_preorder_get_name(cgswap_entry_get_preorder(entry));

	table_put(table, *name ? name : "?");
}
