/* SPDX-License-Identifier: BSD-2-Clause */
/* cgswap_object_attach(): every program of an object at its attach type, as one transaction. */
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "chain/chain_retry.h"
#include "replace/replace_object.h"

static struct program *part_program(const struct object_parts *parts, size_t index)
{
	return parts->object->programs[parts->indexes[index]];
}

/* ---- the same programs, attached already ------------------------------------------------------
 */

/* Without the privilege to read the programs of a chain, this finds none. */
static enum cgswap_status object_attach_describe(const struct object_part *part)
{
	enum cgswap_status status = object_part_enter(part);

	if (status)
		return status;
	status = chain_describe(part->chain, CGSWAP_DESCRIBE_PROGRAMS);
	chain_leave(part->chain, status);
	if (status != CGSWAP_E_PERMISSION)
		return status;
	error_clear();
	return CGSWAP_OK;
}

static bool is_twin(const struct cgswap_entry *entry, const struct program *program)
{
	return strcmp(entry->program->tag, program->tag) == 0;
}

/* The entry of the same name, with the same tag if there is one. */
static const struct cgswap_entry *find_namesake(const struct object_part *part,
						const struct program *program)
{
	const struct cgswap_chain *chain = part->chain;
	const struct cgswap_entry *found = NULL;

	for (size_t i = 0; i < chain->now.count; i++) {
		const struct cgswap_entry *entry = &chain->entries[i];

		if (!entry->program || strcmp(entry->program->name, program->name) != 0)
			continue;
		if (!found || is_twin(entry, program))
			found = entry;
	}
	return found;
}

/*
 * An attach that was interrupted, by kill -9 or a power failure, leaves some programs attached. To
 * attach all of them then would run these twice, with maps of their own.
 */
static enum cgswap_status check_twins(const struct object_parts *parts)
{
	enum cgswap_status status = CGSWAP_OK;
	struct error_text text;
	size_t count = 0, twins = 0;

	error_text_clear(&text);
	error_text_add(&text, "programs of '%s'{path} are already attached to '%s'{cgroup}: ",
		       parts->object->path, parts->parts[0].chain->cgroup->path);
	for (size_t i = 0; i < parts->count && !status; i++) {
		const struct object_part *part = &parts->parts[i];
		const struct program *program = part_program(parts, i);
		const struct cgswap_entry *entry;

		status = object_attach_describe(part);
		entry = status ? NULL : find_namesake(part, program);
		if (!entry)
			continue;
		twins += is_twin(entry, program);
		error_text_add(&text, "%s%s{candidate} (id %u{program_id}, %s{attach_type}%s)",
			       count++ ? ", " : "", part->of->name, entry->id,
			       part->chain->type->short_name,
			       is_twin(entry, program) ? "" : ", another version");
	}
	if (status || !twins)
		return status;
	error_set_text(CGSWAP_CAUSE_ALREADY_ATTACHED, 0, &text);
	error_remedy(
		count == parts->count
			? "replace them (cgswap replace CGROUP OBJECT), or detach them first"
			: "detach them first: an attach that was interrupted may have left them");
	return CGSWAP_E_ALREADY_ATTACHED;
}

/* ---- the transaction --------------------------------------------------------------------------
 */

static enum cgswap_status check_object_attach(const struct cgswap_object_opts *opts)
{
	if (opts->allow_unguarded)
		return error_bad_argument("opts.allow_unguarded applies to a replace only");
	if (opts->link && !opts->pin_dir)
		return error_bad_argument(
			"opts.link is set without opts.pin_dir: the links would be detached at "
			"once");
	return CGSWAP_OK;
}

/* The revision at which the program was not attached; 0: the kernel cannot compare it. */
static uint64_t attach_revision(const struct object_part *part)
{
	return session_feature(part->chain->session, CGSWAP_FEATURE_EXPECTED_REVISION)
		       ? part->chain->now.revision
		       : 0;
}

static enum cgswap_status attach_parts(struct cgswap_replace *replace, struct object_parts *parts)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < parts->count && !status; i++) {
		const struct cgswap_attach_opts opts = {
			.pin = object_part_pin(parts, &parts->parts[i]),
			.preorder = parts->opts.preorder,
			.link = parts->opts.link,
			.expected_revision = attach_revision(&parts->parts[i]),
		};

		status = object_part_enter(&parts->parts[i]);
		if (status)
			return status;
		status = replace_add_attach(replace, parts->parts[i].chain, part_program(parts, i),
					    &opts);
		chain_leave(parts->parts[i].chain, status);
		if (!status)
			replace->steps[replace->length - 1]->constants = constant_report_ref(
				parts->object->constants[parts->indexes[i]]);
	}
	if (status)
		return status;
	return parts->opts.dry_run ? replace_check(replace) : replace_commit(replace, NULL);
}

static enum cgswap_status attach_once(cgswap_replace **out, struct object_parts *parts)
{
	const struct cgswap_replace_opts opts = {
		.sz = sizeof(opts),
		.dry_run = parts->opts.dry_run,
	};
	cgswap_replace *replace;
	enum cgswap_status status = check_twins(parts);

	if (!status)
		status = replace_make(&replace, parts->object->session, &opts);
	if (status)
		return status;
	status = handle_join(&replace->handle);
	if (!status) {
		status = attach_parts(replace, parts);
		handle_leave(&replace->handle, status);
	}
	if (status || !out) {
		struct cgswap_error why;

		error_save(&why);
		cgswap_replace_unref(replace);
		error_restore(&why);
	} else {
		*out = replace;
	}
	return status;
}

/* Another process may attach the same programs meanwhile: then they are looked for again. */
static enum cgswap_status attach_all(cgswap_replace **out, struct object_parts *parts)
{
	struct retry retry = chain_retry(parts->object->session);
	enum cgswap_status status;

	do {
		status = attach_once(out, parts);
	} while (status &&
		 cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_REVISION_CHANGED &&
		 retry_again(&retry));
	return status;
}

static enum cgswap_status object_attach_in(cgswap_replace **out, cgswap_object *object,
					   const char *cgroup,
					   const struct cgswap_object_opts *given)
{
	struct object_parts parts = { 0 };
	bool was_loaded = object->programs;
	enum cgswap_status status;

	status = object_parts_open(&parts, object, cgroup, given);
	if (!status)
		status = check_object_attach(&parts.opts);
	if (!status)
		status = object_load_selected(object, parts.indexes, parts.count, &parts.opts);
	if (!status)
		status = attach_all(out, &parts);
	object_parts_free(&parts);
	if (status && !was_loaded)
		object_unload(object);
	return status;
}

enum cgswap_status cgswap_object_attach(cgswap_replace **out, cgswap_object *object,
					const char *cgroup, const struct cgswap_object_opts *opts)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = handle_enter(object ? &object->handle : NULL, "attach object");
	if (status)
		return status;
	return handle_leave(&object->handle, object_attach_in(out, object, cgroup, opts));
}
