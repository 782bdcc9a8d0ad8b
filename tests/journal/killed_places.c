/* SPDX-License-Identifier: BSD-2-Clause */
#include "killed_places.h"

#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct place places[PLACES_MAX];
size_t places_count;

int place_program(enum place_kind kind, const char *name)
{
	int array, fd;

	if (kind != PLACE_MAPS)
		return prog_pass(EGRESS, name);
	array = raw_array_create(1);
	fd = prog_add(array, 1, name);
	raw_close(array);
	return fd;
}

/* Attaches a program that only its entry holds. */
static uint32_t attach(int cgroup, int fd, unsigned flags)
{
	uint32_t id = raw_prog_id(fd);

	if (raw_attach(cgroup, fd, EGRESS, flags))
		bail_out("a program of the fixture cannot be attached");
	raw_close(fd);
	return id;
}

const char *place_pin(const struct place *place)
{
	static char path[64];

	snprintf(path, sizeof(path), BPFFS "/pin%zu", (size_t)(place - places));
	return path;
}

static void place_build(struct place *place, size_t index)
{
	unsigned flags = place->kind == PLACE_PREORDER ? RAW_MULTI | RAW_PREORDER : RAW_MULTI;
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "chain%zu", index);
	place->cgroup = scratch_new(name);
	snprintf(name, sizeof(name), "old%zu", index);
	fd = place_program(place->kind, name);
	place->old = raw_prog_id(fd);
	if (place->kind == PLACE_OVERRIDE) {
		attach(place->cgroup.fd, fd, RAW_OVERRIDE);
		return;
	}
	place->child = scratch_child(&place->cgroup, "child");
	place->below = attach(place->child.fd, prog_pass(EGRESS, "below"), RAW_MULTI);
	place->before = attach(place->cgroup.fd, prog_pass(EGRESS, "before"), flags);
	if (place->kind == PLACE_PIN)
		raw_pin(fd, place_pin(place));
	if (place->kind == PLACE_LINK) {
		place->link = raw_link_create(place->cgroup.fd, fd, EGRESS, 0);
		if (place->link < 0)
			bail_out("no link");
		raw_close(fd);
	} else {
		attach(place->cgroup.fd, fd, flags);
	}
	place->after = attach(place->cgroup.fd, prog_pass(EGRESS, "after"), flags);
}

void places_build(size_t count)
{
	places_count = count;
	for (size_t i = 0; i < count; i++) {
		places[i].kind = i % PLACE_KINDS;
		place_build(&places[i], i);
	}
}

static bool is_new(uint32_t id, size_t index)
{
	char name[16] = "", wanted[32];
	int fd = raw_prog_open(id);

	snprintf(wanted, sizeof(wanted), "new%zu", index);
	raw_prog_name(fd, name);
	raw_close(fd);
	return strcmp(name, wanted) == 0;
}

/* Reads the program of an entry; 0 if the chain is not as it should be around it. */
static uint32_t entry_now(const struct place *place)
{
	struct raw_chain now = chain_now(place->cgroup.fd, EGRESS), effective;

	if (place->kind == PLACE_OVERRIDE)
		return now.count == 1 && now.flags == RAW_OVERRIDE ? now.ids[0] : 0;
	if (now.count != 3 || now.ids[0] != place->before || now.ids[2] != place->after)
		return 0;
	/* preorder programs run before those of the child, and others after them */
	effective = effective_now(place->child.fd, EGRESS);
	if (effective.ids[place->kind == PLACE_PREORDER ? 3 : 0] != place->below)
		return 0;
	return now.ids[1];
}

int places_look(void)
{
	int done = 0;

	for (size_t i = 0; i < places_count; i++) {
		struct place *place = &places[i];
		uint32_t id = entry_now(place);

		if (id && id != place->old && !is_new(id, i))
			id = 0;
		if (!id) {
			diag("chain %zu is wrong", i);
			return -1;
		}
		if (id != place->old)
			place->new = id;
		done += id != place->old;
	}
	return done;
}

/* The kernel frees a program a moment after its last user went. */
static bool is_unloaded(uint32_t id)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int i = 0; i < 1000; i++) {
		int fd = raw_prog_open(id);

		if (fd < 0)
			return true;
		raw_close(fd);
		nanosleep(&pause, NULL);
	}
	return false;
}

/* The pins that are left in the bpffs besides those of the fixture. */
static unsigned pins_left(void)
{
	DIR *directory = opendir(BPFFS);
	struct dirent *entry;
	unsigned left = 0;

	while (directory && (entry = readdir(directory))) {
		/* the kernel's own files have a dot in their names, and pins cannot */
		if (strchr(entry->d_name, '.') || strncmp(entry->d_name, "pin", 3) == 0)
			continue;
		diag("left: %s", entry->d_name);
		left++;
	}
	if (directory)
		closedir(directory);
	return left;
}

bool places_are_settled(bool forward)
{
	int done = places_look();

	if (done != (forward ? (int)places_count : 0)) {
		diag("%d of %zu chains have the new program", done, places_count);
		return false;
	}
	for (size_t i = 0; i < places_count; i++) {
		struct place *place = &places[i];
		uint32_t here = forward ? place->new : place->old;
		uint32_t other = forward ? place->old : place->new;
		uint32_t found = bpffs_program_at(place_pin(place)), pinned = 0;

		if (place->kind == PLACE_PIN)
			pinned = here;
		if (place->kind == PLACE_PREORDER && forward)
			pinned = place->new;
		if (found != pinned) {
			diag("the pin of chain %zu has program %u", i, found);
			return false;
		}
		/* the path is free again for the next transaction */
		if (place->kind == PLACE_PREORDER && pinned)
			raw_unpin(place_pin(place));
		if (other && !is_unloaded(other)) {
			diag("the other program of chain %zu is still loaded", i);
			return false;
		}
		place->old = here;
		place->new = 0;
	}
	if (pins_left() || state_dir_has("journal") || state_dir_has("journal.new")) {
		diag("%u pins are left%s", pins_left(),
		     state_dir_has("journal") ? ", and a journal" : "");
		return false;
	}
	return true;
}
