/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_maps.h"

#include "tap.h"
#include "chains.h"
#include "attach_types.h"
#include "live.h"
#include "rawfd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *map_fixture_object(const char *name)
{
	static char paths[4][1024];
	static unsigned next;
	char below[256], *built;
	char *path = paths[next++ % 4];

	snprintf(below, sizeof(below), "tests/bpf/%s%s.bpf.o", strchr(name, '/') ? "" : "maps/", name);
	built = build_path(below);
	snprintf(path, sizeof(paths[0]), "%s", built);
	free(built);
	return path;
}

static struct map_fixture map_fixture_open(const char *cgroup)
{
	struct map_fixture fixture = { .session = live_session(), .cgroup = scratch_new(cgroup) };

	fixture.chain = live_chain(fixture.session, fixture.cgroup.path, "egress");
	return fixture;
}

static void attach(const struct map_fixture *fixture, const char *source)
{
	const struct cgswap_program_opts opts = {
		.sz = sizeof(opts), .attach_type = cgswap_chain_get_attach_type(fixture->chain)
	};
	cgswap_program *program;

	if (cgswap_program_open(&program, fixture->session, source, &opts) ||
	    cgswap_chain_attach(fixture->chain, program, NULL))
		bail_out("%s: %s\n%s", source, cgswap_error_get_message(cgswap_last_error()),
			 cgswap_error_get_log(cgswap_last_error()));
	cgswap_program_unref(program);
}

struct map_fixture map_fixture_new(const char *cgroup, const char *object)
{
	struct map_fixture fixture = map_fixture_open(cgroup);

	attach(&fixture, map_fixture_object(object));
	return fixture;
}

struct map_fixture map_fixture_new_at(const char *cgroup, const char *object, const char *program,
				      uint32_t attach_type)
{
	struct map_fixture fixture = { .session = live_session(), .cgroup = scratch_new(cgroup) };
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s%s%s", map_fixture_object(object),
		 program ? "#" : "", program ? program : "");
	fixture.chain = live_chain(fixture.session, fixture.cgroup.path,
				   type_info_of(attach_type)->short_name);
	fixture.type = attach_type;
	attach(&fixture, source);
	return fixture;
}

struct map_fixture map_fixture_beside(const struct map_fixture *other, const char *cgroup)
{
	struct map_fixture fixture = { .session = cgswap_session_ref(other->session),
			       .cgroup = scratch_new(cgroup) };
	char source[32];

	fixture.chain = live_chain(fixture.session, fixture.cgroup.path, "egress");
	snprintf(source, sizeof(source), "id:%u", map_fixture_program(other));
	attach(&fixture, source);
	return fixture;
}

void map_fixture_free(struct map_fixture *fixture)
{
	cgswap_chain_unref(fixture->chain);
	cgswap_session_unref(fixture->session);
	scratch_remove(&fixture->cgroup);
	raw_close(fixture->cgroup.fd);
}

enum cgswap_status map_fixture_plan_with(const struct map_fixture *fixture, cgswap_replace **out,
					 const char *object, enum cgswap_map_policy keep,
					 const char *const *choices)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .maps = keep, .map_choices = choices };
	const char *source = strchr(object, ':') ? object : map_fixture_object(object);
	enum cgswap_status status = cgswap_replace_new(out, fixture->session, NULL);

	if (status)
		return status;
	status = cgswap_replace_add_source(*out, fixture->chain, "pos:0", source, &opts);
	if (status) {
		cgswap_replace_unref(*out);
		*out = NULL;
	}
	return status;
}

enum cgswap_status map_fixture_plan(const struct map_fixture *fixture, cgswap_replace **out,
				    const char *object, enum cgswap_map_policy keep)
{
	return map_fixture_plan_with(fixture, out, object, keep, NULL);
}

enum cgswap_status map_fixture_swap(const struct map_fixture *fixture, const char *object,
			      enum cgswap_map_policy keep)
{
	cgswap_replace *replace;
	enum cgswap_status status = map_fixture_plan(fixture, &replace, object, keep);

	if (status)
		return status;
	status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}

uint32_t map_fixture_program(const struct map_fixture *fixture)
{
	struct raw_chain now = chain_now(fixture->cgroup.fd, fixture->type ? fixture->type : EGRESS);

	return now.count ? now.ids[0] : 0;
}

static bool ends_like(const char *name, const char *ending)
{
	size_t length = strlen(name), wanted = strlen(ending);

	return length >= wanted && strcmp(name + length - wanted, ending) == 0;
}

uint32_t map_fixture_map(const struct map_fixture *fixture, const char *ending)
{
	int prog = raw_prog_open(map_fixture_program(fixture));
	uint32_t ids[RAW_MAPS_MAX], found = 0;
	size_t count = raw_prog_maps(prog, ids), matches = 0;
	char name[16];

	for (size_t i = 0; i < count; i++)
		if (ends_like(raw_map_name(ids[i], name), ending)) {
			found = ids[i];
			matches++;
		}
	raw_close(prog);
	return matches == 1 ? found : 0;
}

void map_fixture_said(cgswap_replace *replace, const char *map, bool kept, const char *reason)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	size_t count = cgswap_step_get_map_count(step);

	for (size_t i = 0; i < count; i++) {
		if (!ends_like(cgswap_step_get_map_name(step, i), map))
			continue;
		is_int(cgswap_step_get_map_kept(step, i), kept, "map %s is %s", map,
		       kept ? "reused" : "new");
		is_str(cgswap_step_get_map_reason(step, i), reason, "reason for map %s", map);
		return;
	}
	for (size_t i = 0; i < count; i++)
		diag("it has the map %s", cgswap_step_get_map_name(step, i));
	ok(false, "the new program has the map %s", map);
}

bool map_fixture_is_used(const cgswap_program *program, const char *name)
{
	for (size_t i = 0; i < cgswap_program_get_map_count(program); i++)
		if (strcmp(cgswap_program_get_map_name(program, i), name) == 0)
			return true;
	return false;
}
