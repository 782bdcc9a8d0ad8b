/* SPDX-License-Identifier: BSD-2-Clause */
#include "foreign_changes.h"

#include "../lib/attach_types.h"
#include "../lib/rawbpf.h"

#include <string.h>

enum { TRIES = 4 };

struct writer writer;

static unsigned position_of(const struct known *known, unsigned entry)
{
	for (unsigned i = 0; i < known->count; i++)
		if (known->entries[i] == entry)
			return i;
	return ENTRIES;
}

static void note_insert(struct known *known, unsigned at, unsigned entry)
{
	memmove(known->entries + at + 1, known->entries + at, known->count - at);
	known->entries[at] = (uint8_t)entry;
	known->count++;
}

static void note_remove(struct known *known, unsigned entry)
{
	unsigned at = position_of(known, entry);

	known->count--;
	memmove(known->entries + at, known->entries + at + 1, known->count - at);
}

static int link_update_from(int link, int to, int from)
{
	struct {
		uint32_t link, to, flags, from;
	} attr = { (uint32_t)link, (uint32_t)to, RAW_REPLACE, (uint32_t)from };

	return raw_bpf(BPF_LINK_UPDATE, &attr, sizeof(attr));
}

static void note_taken(struct known *known, bool was_old)
{
	known->touched = true;
	known->took_old |= was_old;
	known->took_new |= !was_old;
}

static void take_off(struct known *known, unsigned chain)
{
	uint32_t link;

	if (chain < LINKS) {
		link = (uint32_t)writer.links[chain];
		if (raw_bpf(BPF_LINK_DETACH, &link, sizeof(link)))
			return;
		known->touched = known->took_any = true;
		note_remove(known, OURS);
		return;
	}
	/* the transaction may put the old one back between the two */
	for (int i = 0; i < 2 * TRIES; i++) {
		if (raw_detach(writer.cgroups[chain], i % 2 ? writer.new : writer.old, EGRESS))
			continue;
		note_taken(known, i % 2 == 0);
		note_remove(known, OURS);
		return;
	}
}

static int take_over_from(unsigned chain, int program, int from)
{
	if (chain < LINKS)
		return link_update_from(writer.links[chain], program, from);
	return raw_replace(writer.cgroups[chain], program, from, EGRESS, RAW_MULTI | RAW_REPLACE);
}

static void take_over(struct known *known, unsigned chain, unsigned program)
{
	for (int i = 0; i < 2 * TRIES; i++) {
		if (take_over_from(chain, writer.foreign[program], i % 2 ? writer.new : writer.old))
			continue;
		note_taken(known, i % 2 == 0);
		known->entries[position_of(known, OURS)] = (uint8_t)program;
		if (chain < LINKS)
			known->by_link = (int)program;
		return;
	}
}

/* The old program only: it comes back as it was, but for its position. */
static void off_and_on(struct known *known, unsigned chain, unsigned program)
{
	if (chain < LINKS) {
		if (link_update_from(writer.links[chain], writer.foreign[program], writer.old) == 0)
			known->touched |=
				!link_update_from(writer.links[chain], writer.old, writer.foreign[program]);
		return;
	}
	if (raw_detach(writer.cgroups[chain], writer.old, EGRESS))
		return;
	known->touched = true;
	note_remove(known, OURS);
	if (raw_attach(writer.cgroups[chain], writer.old, EGRESS, RAW_MULTI) == 0)
		note_insert(known, known->count, OURS);
}

static void insert(struct known *known, unsigned chain, unsigned program, bool first)
{
	const struct raw_attach attach = {
		.target_fd = (uint32_t)writer.cgroups[chain],
		.attach_bpf_fd = (uint32_t)writer.foreign[program],
		.attach_type = EGRESS,
		.attach_flags = RAW_MULTI | (first ? RAW_BEFORE : 0),
	};

	if (raw_attach_with(&attach) == 0)
		note_insert(known, first ? 0 : known->count, program);
}

void writer_make_change(const struct change *change)
{
	struct known *known = &writer.chains[change->chain];
	bool there = position_of(known, change->program) < ENTRIES;
	bool ours = position_of(known, OURS) < ENTRIES;

	if (change->kind == REMOVE && there && known->by_link != (int)change->program &&
	    raw_detach(writer.cgroups[change->chain], writer.foreign[change->program], EGRESS) == 0)
		note_remove(known, change->program);
	if (change->kind == APPEND && !there)
		insert(known, change->chain, change->program, false);
	if (change->kind == PREPEND && !there)
		insert(known, change->chain, change->program, writer.can_prepend);
	if (change->kind == TAKE_OFF && ours)
		take_off(known, change->chain);
	if (change->kind == TAKE_OVER && ours && !there)
		take_over(known, change->chain, change->program);
	if (change->kind == OFF_AND_ON && ours && !there)
		off_and_on(known, change->chain, change->program);
}
