/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_cells.h"

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

static const char *version_of(const cgswap_entry *entry)
{
	size_t i;

	for (i = 0; i < cgswap_entry_get_metadata_count(entry); i++) {
		if (strcmp(cgswap_entry_get_metadata_name(entry, i), "version") == 0)
			return cgswap_entry_get_metadata_value(entry, i);
	}
	return "";
}

void name_and_version(char *buffer, size_t size, const cgswap_entry *entry)
{
	const char *name = cgswap_entry_get_name(entry), *version = version_of(entry);

	snprintf(buffer, size, "%s%s%s", *name ? name : "-", *version ? " " : "", version);
}

void cell_name(struct table *table, const cgswap_entry *entry)
{
	char name[1024];

	name_and_version(name, sizeof(name), entry);
	table_put(table, name);
}

/* The kernel takes a program twice only where a link holds it; then one of them must be known. */
static bool link_is_open(const cgswap_chain *chain, const cgswap_entry *entry)
{
	uint32_t id = cgswap_entry_get_id(entry);
	const cgswap_entry *other;
	size_t i, there = 0;

	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		other = cgswap_chain_get_entry(chain, i);
		if (cgswap_entry_get_id(other) != id)
			continue;
		if (cgswap_entry_get_link_id(other))
			return false;
		there++;
	}
	return there > 1;
}

void cell_link(struct table *table, const cgswap_chain *chain, const cgswap_entry *entry)
{
	if (link_is_open(chain, entry))
		table_put(table, "?");
	else
		cell_number(table, cgswap_entry_get_link_id(entry));
}

/* At most so many ids as fit the buffer, which is more than a kernel program has maps. */
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

const char *mode_name(enum cgswap_mode mode)
{
	switch (mode) {
	case CGSWAP_MODE_MULTI:
		return "multi";
	case CGSWAP_MODE_OVERRIDE:
		return "override";
	case CGSWAP_MODE_NONE:
		return "none";
	default:
		return "-";
	}
}

const char *preorder_name(enum cgswap_preorder preorder)
{
	switch (preorder) {
	case CGSWAP_PREORDER_NO:
		return "no";
	case CGSWAP_PREORDER_YES:
		return "yes";
	default:
		return "?";
	}
}
