/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads programs for a cache. */
#include "load/load_cache.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash_index.h"
#include "base/retry.h"
#include "base/string_list.h"
#include "load/constant_plan.h"
#include "load/load_cache_find.h"

static enum cgswap_status cache_read_files(struct cache_lookup *lookup)
{
	struct load_kept *kept = lookup->cache->kept;
	struct load_cache_file *file, *old_file = NULL;
	enum cgswap_status status;

	status = load_cache_read_file(&file, lookup->cache, lookup->source->file,
				      kept ? &kept->file : NULL);
	if (!status && lookup->opts.old_object)
		status = load_cache_read_file(&old_file, lookup->cache, lookup->opts.old_object,
					      NULL);
	if (status)
		return status;
	lookup->file = file;
	lookup->old_file = old_file;
	return CGSWAP_OK;
}

/* ---- loading --------------------------------------------------------------------------------- */

static struct load_member cache_member(const struct cache_lookup *lookup, const char *name)
{
	return (struct load_member){ .file = lookup->file,
				     .type = lookup->type,
				     .new_maps = lookup->opts.maps == CGSWAP_MAPS_NEW,
				     .name = name,
				     .key = lookup->key };
}

/* Finds the group of the program, and shares the group's new maps. */
static enum cgswap_status cache_share_group(struct cache_lookup *lookup, struct map_reuse *reuse)
{
	const struct load_member member = cache_member(lookup, lookup->name);

	lookup->group = load_group_find(&lookup->cache->groups, &member);
	if (!lookup->group)
		return CGSWAP_OK;
	return map_reuse_share(reuse, load_group_maps(lookup->group));
}

static void cache_free_program(struct load_cache_program *loaded)
{
	free(loaded->key);
	string_list_free(loaded->map_choices);
	string_list_free(loaded->constant_choices);
	constant_report_unref(loaded->report);
	program_unref(loaded->program);
	free(loaded);
}

static enum cgswap_status cache_copy_opts(struct load_cache_program *loaded,
					  const struct load_opts *opts)
{
	enum cgswap_status status = string_list_copy(&loaded->map_choices, opts->map_choices);

	loaded->maps = opts->maps;
	loaded->constants = opts->constants;
	return status ? status
		      : string_list_copy(&loaded->constant_choices, opts->constant_choices);
}

/* Takes ownership of the key and of the load's indirect maps, and a reference to the report. */
static enum cgswap_status cache_add(struct cache_lookup *lookup, struct map_reuse *reuse,
				    struct program *program)
{
	struct load_cache_program *loaded = calloc(1, sizeof(*loaded) + strlen(lookup->name) + 1);
	struct load_cache *cache = lookup->cache;
	enum cgswap_status status;
	struct load_member member;

	if (!loaded)
		return error_no_memory();
	strcpy(loaded->name, lookup->name);
	member = cache_member(lookup, loaded->name);
	status = cache_copy_opts(loaded, &lookup->opts);
	if (!status &&
	    (load_cache_reserve(cache) ||
	     load_group_add(&cache->groups, &lookup->group, &member, program, reuse->indirect)))
		status = error_no_memory();
	if (status) {
		cache_free_program(loaded);
		return status;
	}
	reuse->indirect = NULL;
	loaded->group = lookup->group;
	loaded->by_name = lookup->source->program;
	loaded->file = lookup->file;
	loaded->type = lookup->type;
	loaded->old_file = lookup->old_file;
	loaded->report = constant_report_ref(lookup->report);
	loaded->program = program_ref(program);
	loaded->key = lookup->key;
	load_cache_index(lookup, loaded);
	lookup->key = NULL;
	loaded->next = cache->programs;
	cache->programs = loaded;
	return CGSWAP_OK;
}

static void cache_log_dropped(const struct cache_lookup *lookup, const struct map_reuse *reuse,
			      const struct program *program)
{
	const char *dropped;
	size_t at = 0;

	while ((dropped = map_reuse_next_dropped(reuse, program, &at)))
		session_log(lookup->session, CGSWAP_LOG_INFO,
			    "map '%s' of program %u is dropped: '%s' does not use it", dropped,
			    reuse->old_maps.owners[at - 1], lookup->file->path);
}

/*
 * Maps that are pinned by name and that the program does not need are not created. A set says it
 * when all its programs are loaded: one may pin what another does not need.
 */
static void cache_log_unpinned(const struct cache_lookup *lookup, const struct map_reuse *reuse)
{
	const struct bpf_map *map;

	if (lookup->cache->groups.one_set)
		return;
	bpf_object__for_each_map(map, reuse->object)
	{
		if (!bpf_map__autocreate(map) && bpf_map__pin_path(map))
			session_log(lookup->session, CGSWAP_LOG_WARNING,
				    "map '%s' of '%s' is not pinned: program '%s' does not use it",
				    bpf_map__name(map), lookup->file->path, lookup->name);
	}
}

/* Programs with one set of maps share their constants too; those before have the same. */
static enum cgswap_status cache_check_set(const struct cache_lookup *lookup)
{
	const struct load_cache_program *loaded = lookup->cache->programs;

	if (!lookup->cache->groups.one_set || !loaded ||
	    constant_report_same(loaded->report, lookup->report))
		return CGSWAP_OK;
	error_set(CGSWAP_CAUSE_CONSTANTS_CHANGED, 0,
		  "programs '%.100s'{program_name} and '%.100s'{program_name} of "
		  "'%.300s'{path} share their constants, and the programs that they replace "
		  "have other values of them",
		  lookup->name, loaded->name, lookup->file->path);
	error_remedy("give each constant a value (--constants new, or --constant "
		     "NAME=VALUE), or replace the programs one by one (--only NAME)");
	return CGSWAP_E_INCOMPATIBLE;
}

static enum cgswap_status cache_find_or_load(struct program **out, struct cache_lookup *lookup,
					     struct map_reuse *reuse)
{
	const struct load_cache_program *found;
	enum cgswap_status status;

	if (lookup->cache->once)
		return map_reuse_load(out, reuse);
	found = load_cache_find(lookup);
	if (found) {
		lookup->group = found->group;
		*out = program_ref(found->program);
		return map_reuse_check(reuse, *out);
	}
	status = cache_check_set(lookup);
	if (!status)
		status = cache_share_group(lookup, reuse);
	return status ? status : map_reuse_load(out, reuse);
}

static enum cgswap_status cache_load(struct program **out, struct cache_lookup *lookup,
				     struct map_reuse *reuse)
{
	enum cgswap_status status = cache_find_or_load(out, lookup, reuse);

	if (!status && !lookup->cache->once)
		status = cache_add(lookup, reuse, *out);
	if (status) {
		program_unref(*out);
		*out = NULL;
		return status;
	}
	cache_log_dropped(lookup, reuse, *out);
	cache_log_unpinned(lookup, reuse);
	return CGSWAP_OK;
}

static enum cgswap_status cache_plan_and_load(struct program **out, struct cache_lookup *lookup,
					      const struct load_request *request, bool *pin_taken)
{
	struct map_reuse reuse;
	enum cgswap_status status = map_reuse_plan(&reuse, request);

	constant_report_unref(lookup->report);
	lookup->report = NULL;
	if (!status)
		status = constant_plan(&lookup->report, &reuse);
	if (!status && !lookup->cache->once)
		status = load_key_read(&lookup->key, request->old, &reuse.old_maps);
	if (!status) {
		lookup->name = bpf_program__name(reuse.program);
		status = cache_load(out, lookup, &reuse);
	}
	*pin_taken = reuse.pin_taken;
	free(lookup->key);
	lookup->key = NULL;
	map_reuse_end(&reuse);
	return status;
}

/* Leaves a reference to the report in the lookup. */
static enum cgswap_status cache_open_object(struct program **out, struct cache_lookup *lookup)
{
	struct load_cache *cache = lookup->cache;
	struct load_request request = {
		.kernel = lookup->session->kernel,
		.bpffs = lookup->session->bpffs,
		.program = lookup->source->program,
		.type = lookup->type,
		.old = lookup->old,
		.btfs = cache->kept ? &cache->kept->btfs : &cache->btfs,
		.one_set = cache->groups.one_set,
		.olds = cache->olds,
		.old_count = cache->old_count,
		.maps = lookup->opts.maps,
		.choices = &lookup->choices,
		.constants = lookup->opts.constants,
		.require_constants = lookup->opts.require_constants ||
				     lookup->opts.maps == CGSWAP_MAPS_REQUIRE,
		.constant_choices = lookup->opts.constant_choices,
		.old_path = lookup->opts.old_object,
		.recorded = lookup->opts.recorded,
		.recorded_user = lookup->opts.recorded_user,
		.records = lookup->opts.records,
	};
	struct retry retry = { .time_ms = lookup->session->retry_time_ms };
	enum cgswap_status status = cache_read_files(lookup);
	const struct load_cache_program *found;
	bool pin_taken, again;

	if (status)
		return status;
	found = cache->once ? NULL : load_cache_find_same_maps(lookup);
	if (found) {
		*out = program_ref(found->program);
		lookup->report = constant_report_ref(found->report);
		return CGSWAP_OK;
	}
	if (lookup->old_file)
		request.old_file = &lookup->old_file->file;
	request.path = lookup->file->path;
	request.file = &lookup->file->file;
	do {
		if (retry.failures == 1)
			session_log(lookup->session, CGSWAP_LOG_DEBUG,
				    "a signal interrupted a load of '%s': it is tried again",
				    lookup->file->path);
		error_clear();
		status = cache_plan_and_load(out, lookup, &request, &pin_taken);
		again = cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_INTERRUPTED;
	} while (status && again && retry_again(&retry));
	if (!pin_taken)
		return status;
	/* once more, with the map that was pinned meanwhile */
	error_clear();
	return cache_plan_and_load(out, lookup, &request, &pin_taken);
}

static enum cgswap_status cache_open(struct program **out, struct constant_report **constants,
				     struct cache_lookup *lookup)
{
	enum cgswap_status status;

	if (!lookup->opts.maps)
		lookup->opts.maps = CGSWAP_MAPS_REUSE;
	status = map_choices_parse(&lookup->choices, lookup->opts.map_choices);
	if (!status)
		status = cache_open_object(out, lookup);
	map_choices_free(&lookup->choices);
	if (status)
		constant_report_unref(lookup->report);
	else
		*constants = lookup->report;
	return status;
}

/* An error if an option is given for a source that is not an object. */
static enum cgswap_status cache_check_no_opts(const struct load_opts *opts, const char *source)
{
	if (opts->maps || string_list_count(opts->map_choices))
		return error_bad_argument(
			"'%.200s'{source} is a loaded program with its own maps: a map policy or "
			"choice applies to objects only",
			source);
	if (opts->constants || opts->old_object || string_list_count(opts->constant_choices))
		return error_bad_argument(
			"'%.200s'{source} is a loaded program with its own constants: a policy, "
			"choice or old object for them applies to objects only",
			source);
	return CGSWAP_OK;
}

enum cgswap_status load_cache_open(struct program **out, struct constant_report **constants,
				   struct load_cache *cache, struct cgswap_session *session,
				   const char *source, const struct attach_type *type,
				   const struct program *old, const struct load_opts *opts)
{
	struct source parsed;
	struct cache_lookup lookup = { .cache = cache,
				       .session = session,
				       .source = &parsed,
				       .type = type,
				       .old = old,
				       .opts = *opts };
	enum cgswap_status status = source_parse(&parsed, source);

	*out = NULL;
	*constants = NULL;
	if (status)
		return status;
	if (parsed.form == SOURCE_OBJECT)
		status = cache_open(out, constants, &lookup);
	else
		status = cache_check_no_opts(opts, source);
	if (!status && parsed.form != SOURCE_OBJECT)
		status = source_open(out, session->kernel, &parsed);
	source_free(&parsed);
	return status;
}

enum cgswap_status load_cache_open_named(struct program **out, struct constant_report **constants,
					 struct load_cache *cache, struct cgswap_session *session,
					 const char *path, const char *name,
					 const struct attach_type *type, const struct program *old,
					 const struct load_opts *opts)
{
	const struct source source = { .form = SOURCE_OBJECT,
				       .text = path,
				       .rest = path,
				       .file = (char *)path,
				       .program = name };
	struct cache_lookup lookup = { .cache = cache,
				       .session = session,
				       .source = &source,
				       .type = type,
				       .old = old,
				       .opts = *opts };

	*out = NULL;
	*constants = NULL;
	return cache_open(out, constants, &lookup);
}

void load_cache_free(struct load_cache *cache)
{
	struct load_cache_program *program;

	load_groups_free(&cache->groups);
	hash_index_free(&cache->by_request, NULL);
	hash_index_free(&cache->by_maps, NULL);
	while ((program = cache->programs)) {
		cache->programs = program->next;
		cache_free_program(program);
	}
	load_cache_free_files(cache);
	btf_memo_free(&cache->btfs);
}
